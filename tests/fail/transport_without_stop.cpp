// EXPECT: transport policy needs: stop()
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct endless_transport {
    auto listen(sipwhere::receiver_ref to) -> sipwhere::result<void>;
    auto send(const sipwhere::flow& way, std::string_view bytes) -> bool;
    auto is_own(const sipwhere::endpoint& end) const -> bool;
};
static_assert(sipwhere::explain_transport<endless_transport>());
