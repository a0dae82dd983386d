// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/config/settings.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

namespace {

using namespace sipwhere;
using sipwhere_test::host;

TEST_CASE("settings that nobody touched serve every domain, and bend no rule") {
    const settings config;
    CHECK(served_domain(config.served(), host("example.com"), {}));
    CHECK(!config.strict_domain);
    CHECK(!config.case_insensitive_user);
    CHECK(!config.obey_maddr);
    CHECK(config.reply_to_source == reply_to_source::off);
    CHECK(config.limits.when_full == when_full::refuse);
    CHECK(config.limits.stale_cseq == stale_cseq::refuse);
    CHECK(config.server.empty());
}

TEST_CASE("the domains and aliases of the settings are those that are served") {
    const settings config{.domains = {"example.com"}, .aliases = {{"example.net", "example.com"}}};
    CHECK(served_domain(config.served(), host("example.com"), {}));
    CHECK(served_domain(config.served(), host("example.net"), {}));
    CHECK(!served_domain(config.served(), host("example.org"), {}));
}

} // namespace
