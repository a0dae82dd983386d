// EXPECT: transport policy needs: send(const flow&, std::string_view) -> bool
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>

struct careless_transport {
    auto listen(sipwhere::receiver_ref to) -> sipwhere::result<void>;
    void stop();
    void send(const sipwhere::flow& way, std::string_view bytes);
    auto is_own(const sipwhere::endpoint& end) const -> bool;
};
static_assert(sipwhere::explain_transport<careless_transport>());
