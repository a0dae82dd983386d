// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/model/owned_binding.hpp>

#include <support/events.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace owned_binding_test {

using namespace sipwhere;

TEST_CASE("a binding that holds its texts shows all of what it was made from, when that is gone") {
    std::optional<owned_binding> kept;
    {
        std::string uri = "sip:alice@192.0.2.7", params = ";q=0.5", call_id = "a84b", path = "<sip:edge;lr>",
                    user_agent = "Phone/1";
        auto binding = sipwhere_test::event_of(change::created).binding;
        binding.uri = uri;
        binding.params = params;
        binding.call_id = call_id;
        binding.path = path;
        binding.user_agent = user_agent;
        binding.first = 1;
        binding.last = 2;
        binding.q = 500;
        kept.emplace(binding);
        for (auto* text : {&uri, &params, &call_id, &path, &user_agent}) text->assign(text->size(), 'x');
    }
    const auto shown = kept->view();
    CHECK(shown.uri == "sip:alice@192.0.2.7");
    CHECK(shown.params == ";q=0.5");
    CHECK(shown.call_id == "a84b");
    CHECK(shown.path == "<sip:edge;lr>");
    CHECK(shown.user_agent == "Phone/1");
    CHECK(shown.cseq == 3);
    CHECK(shown.due == 60);
    CHECK(shown.first == 1);
    CHECK(shown.last == 2);
    CHECK(shown.q == 500);
    CHECK(shown.source == sipwhere_test::some_phone);
}

} // namespace owned_binding_test
