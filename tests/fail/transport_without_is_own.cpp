// EXPECT: transport policy needs: is_own(const endpoint&) const -> bool
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct changing_transport {
    auto listen(sipwhere::receiver_ref to) -> sipwhere::result<void>;
    void stop();
    auto send(const sipwhere::flow& way, std::string_view bytes) -> bool;
    auto is_own(const sipwhere::endpoint& end) -> bool;
};
static_assert(sipwhere::explain_transport<changing_transport>());
