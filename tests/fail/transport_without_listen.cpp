// EXPECT: transport policy needs: listen(receiver_ref) -> result<void>
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct silent_transport {
    void listen(sipwhere::receiver_ref to);
    void stop();
    auto send(const sipwhere::flow& way, std::string_view bytes) -> bool;
    auto is_own(const sipwhere::endpoint& end) const -> bool;
};
static_assert(sipwhere::explain_transport<silent_transport>());
