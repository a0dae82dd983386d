// SPDX-License-Identifier: BSL-1.0
#include <fuzz/cost_meter.hpp>

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string_view>
#include <vector>

namespace {

using namespace sipwhere;

/// What a datagram may cost: steps for each byte of it and of the longest record, and steps that any may take.
constexpr std::uint64_t steps_of_a_byte = 16;
constexpr std::uint64_t steps_of_any = 10'000;

/// How near the costliest datagram of an input came to what it may cost, so that libFuzzer keeps what comes nearer.
constexpr std::size_t levels = 256;
[[gnu::section("__libfuzzer_extra_counters"), gnu::used]] std::array<std::uint8_t, levels> level_counters;

struct nowhere {
    auto listen(receiver_ref) -> result<void> { return {}; }
    void stop() {}
    auto send(const flow&, std::string_view) -> bool { return true; }
    [[nodiscard]] auto is_own(const endpoint&) const -> bool { return false; }
};

/// Holds each Via value against each other, which nobody may do: a fuzzer that does not find this finds nothing.
struct quadratic_access {
    std::uint64_t same = 0;

    auto authorize(const access_request& asked, writer&) -> access_result {
        asked.request.for_each_value(header_name::via, [&](std::string_view one) {
            asked.request.for_each_value(header_name::via,
                                         [&](std::string_view other) { same += one == other ? 1 : 0; });
        });
        return grant;
    }
};

#ifdef SIPWHERE_PLANT_QUADRATIC
using access = quadratic_access;
#else
using access = open_access;
#endif

/// The first two bytes of an input choose the settings.
auto settings_of(std::uint8_t first, std::uint8_t second) -> settings {
    constexpr std::array<std::size_t, 4> caps{10, 32, 256, 1};
    settings made;
    if ((first & 1) != 0) made.domains = {"example.com", with_subdomains("example.org")};
    made.case_insensitive_user = (first & 2) != 0;
    made.limits.max_contacts = caps[second % caps.size()];
    made.limits.when_full = static_cast<when_full>((second >> 2) % 3);
    made.limits.stale_cseq = static_cast<stale_cseq>((second >> 4) % 2);
    return made;
}

/// Notes how long the record is that a request names, as it was or as it becomes.
struct watched_storage : hash_storage {
    std::size_t longest = 0;

    auto update(const aor_view& key, record_job job) -> outcome {
        return hash_storage::update(key, [&](record_view record) {
            const auto decided = job(record);
            longest = std::max(record.bytes().size(), decided.bytes.size());
            return decided;
        });
    }
};

class metered {
public:
    explicit metered(const settings& config) : registrar_(config, clock_, storage_, transport_, random_, access_) {
        if (!registrar_.start()) std::abort();
    }

    /// Serves a datagram, and ends the program if that cost too much.
    ///
    /// Returns: the share of what it may cost, in 1/128.
    auto serve(std::string_view bytes) -> std::uint64_t {
        storage_.longest = 0;
        sipwhere_fuzz::start_meter();
        (void)registrar_.receive(datagram{flow_, bytes});
        const auto cost = sipwhere_fuzz::stop_meter();
        const auto most = steps_of_a_byte * (bytes.size() + storage_.longest) + steps_of_any;
        if (cost > most) {
            std::fprintf(stderr, "%zu bytes cost %llu steps, and may cost %llu\n", bytes.size(),
                         static_cast<unsigned long long>(cost), static_cast<unsigned long long>(most));
            std::abort();
        }
        clock_.advance(std::chrono::seconds{1});
        return cost * 128 / most;
    }

private:
    manual_clock clock_;
    watched_storage storage_;
    nowhere transport_;
    seeded_random random_{7};
    access access_;
    basic_registrar<manual_clock, watched_storage, nowhere, seeded_random, access, null_observer> registrar_;
    flow flow_{.remote = {ip_address::v4({192, 0, 2, 1}), 5060}, .local = {ip_address::v4({192, 0, 2, 100}), 5060}};
};

constexpr char separator = '\x1e';

} // namespace

/// Is there when libFuzzer is.
extern "C" [[gnu::weak]] auto LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most) -> std::size_t;

/// A sequence of datagrams, parted by 0x1e: whatever they are, none costs more than its bytes and those of a record.
extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
    if (size < 2) return 0;
    metered one{settings_of(data[0], data[1])};
    std::string_view rest{reinterpret_cast<const char*>(data) + 2, size - 2};
    std::uint64_t highest = 0;
    for (unsigned count = 0; !rest.empty() && count < 300; ++count) {
        const auto end = std::min(rest.find(separator), rest.size());
        highest = std::max(highest, one.serve(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    for (std::size_t level = 0; level < levels; ++level) level_counters[level] = level <= highest ? 1 : 0;
    return 0;
}

/// Repeats a piece of an input in its place, as what costs too much is mostly much of one thing; else does what
/// libFuzzer does.
extern "C" auto LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed)
    -> std::size_t {
    std::minstd_rand random{seed};
    if (size < 3 || random() % 2 == 0) return LLVMFuzzerMutate(data, size, most);
    const auto begin = 2 + random() % (size - 2);
    const auto length = 1 + random() % std::min<std::size_t>(64, size - begin);
    const std::vector<std::uint8_t> piece(data + begin, data + begin + length);
    for (auto times = std::size_t{1} << random() % 7; times > 0 && size + length <= most; --times, size += length) {
        std::memmove(data + begin + length, data + begin, size - begin);
        std::memcpy(data + begin, piece.data(), length);
    }
    return size;
}
