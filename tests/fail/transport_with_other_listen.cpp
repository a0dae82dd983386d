// EXPECT: transport policy needs: listen(receiver_ref) -> result<void>
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_transport {
    void listen(sipwhere::receiver_ref) {}
    void stop() {}
    auto send(const sipwhere::flow&, std::string_view) -> bool { return false; }
    auto is_own(const sipwhere::endpoint&) const -> bool { return false; }
};

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    my_transport transport;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport};
}
