// EXPECT: random policy needs: next() noexcept -> std::uint64_t
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/sipwhere.hpp>

struct my_random final {
    using policy = sipwhere::random_tag;
    auto next(int) noexcept -> std::uint64_t { return 4; }
    auto next(int, int) noexcept -> std::uint64_t { return 4; }
};

int main() {
    sipwhere::archetype_clock clock;
    sipwhere::archetype_storage storage;
    sipwhere::archetype_transport transport;
    my_random random;
    sipwhere::basic_registrar registrar{{}, clock, storage, transport, random};
}
