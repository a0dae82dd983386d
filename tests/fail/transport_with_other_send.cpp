// EXPECT: transport policy needs: send(const flow&, std::string_view) -> bool
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_transport {
    auto listen(sipwhere::receiver_ref) -> sipwhere::result<void> { return {}; }
    void stop() {}
    void send(const sipwhere::flow&, std::string_view) {}
    auto is_own(const sipwhere::endpoint&) const -> bool { return false; }
};

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    my_transport transport;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport};
}
