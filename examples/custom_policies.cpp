// SPDX-License-Identifier: BSL-1.0
//
// Policies of one's own, as a device without an operating system may have them. The compiler proves the shape of each
// where it is written; what it can't see, the laws of a storage, is checked at the end.
#include <sipwhere/sipwhere.hpp>
#include <sipwhere/testing/storage_laws.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using namespace sipwhere;

/// Counts the milliseconds of a timer interrupt.
struct tick_clock {
    static constexpr bool survives_restart = false;
    std::uint64_t ticks = 0;

    auto now() const noexcept -> instant { return {ticks}; }
};
static_assert(clock_policy<tick_clock>);

/// Lets in whoever sits in a private network.
struct local_access {
    auto authorize(const access_request& who, writer&) -> access_result {
        if (who.from.remote.address.is_private()) return grant;
        return refusal{status::forbidden, "Not From Here"};
    }
};
static_assert(access_policy<local_access>);

/// Keeps a hundred users in an array and searches them one by one: enough for a house.
struct array_storage {
    using memory = heap_memory;
    static constexpr bool persistent = false;

    struct row {
        aor key;
        owned_record record; // empty in a free row
    };
    std::array<row, 100> rows;

    auto update(const aor_view& key, record_job job) -> outcome {
        auto at = find(key);
        const auto wanted = job(at < rows.size() ? rows[at].record.view() : record_view{});
        if (wanted.result != outcome::committed) return wanted.result;
        if (at == rows.size()) at = find({}); // a free row
        if (at == rows.size()) return outcome::full;
        rows[at] = wanted.bytes.empty() ? row{} : row{aor{key}, {std::string{wanted.bytes}}};
        return outcome::committed;
    }
    void read(const aor_view& key, instant now, bindings_visitor visit) const {
        if (const auto at = find(key); at < rows.size()) visit({rows[at].record.view(), now});
    }
    auto expire(instant now, unsigned at_most, binding_sink sink) -> instant {
        auto next = never;
        for (auto& each : rows) {
            auto& bytes = each.record.bytes;
            if (bytes.empty()) continue;
            if (at_most == 0) return now;
            const auto left = drop_due(bytes, now, [&](const binding_view& gone, std::size_t more) {
                sink(each.key.view(), gone, more);
                at_most -= at_most > 0;
            });
            bytes.resize(left.bytes().size());
            if (bytes.empty()) each.key = {};
            else next = std::min(next, to_instant(left.due()));
        }
        return next;
    }
    auto scan(scan_position from, unsigned at_most, instant now, record_visitor visit) const -> scan_position {
        auto at = static_cast<std::size_t>(from);
        for (; at < rows.size() && at_most > 0; ++at) {
            if (rows[at].record.bytes.empty()) continue;
            visit(rows[at].key.view(), {rows[at].record.view(), now});
            --at_most;
        }
        return scan_position{at < rows.size() ? at : 0};
    }

private:
    auto find(const aor_view& key) const -> std::size_t {
        const auto has_key = [&key](const row& each) { return each.key == key; };
        return static_cast<std::size_t>(std::find_if(rows.begin(), rows.end(), has_key) - rows.begin());
    }
};
static_assert(storage_policy<array_storage>);

/// Reads the noise source of the chip; here that of the system.
struct board_random {
    auto next() noexcept -> std::uint64_t { return os_random{}.next(); }
};
static_assert(random_policy<board_random>);

/// A network driver that is polled. Here two phones try to register and what is sent is printed.
class polled_ethernet {
public:
    explicit polled_ethernet(tick_clock& clock) : clock_(clock) {}

    auto listen(receiver_ref to) -> result<void> {
        receiver_ = to;
        return {};
    }
    void stop() { receiver_ = {}; }
    auto send(const flow& flow, std::string_view bytes) -> bool {
        std::array<char, 64> room{};
        writer to{room};
        write_endpoint(to, flow.remote);
        std::cout << clock_.ticks << " ms, to " << to.text() << ": " << bytes.substr(0, bytes.find('\r')) << '\n';
        return true;
    }
    auto is_own(const endpoint& end) const -> bool { return end == own_; }

    /// Does what there is to do within a millisecond; false when the minute is over.
    auto poll() -> bool {
        if (clock_.ticks == 10) deliver({192, 168, 1, 20}, from_alice);
        if (clock_.ticks == 20) deliver({203, 0, 113, 9}, from_mallory);
        if (clock_.ticks == next_tick_) next_tick_ += static_cast<std::uint64_t>(receiver_.tick().count());
        return ++clock_.ticks < 60'000;
    }

private:
    static constexpr std::string_view from_alice = "REGISTER sip:home.example SIP/2.0\r\n"
                                                   "Via: SIP/2.0/UDP 192.168.1.20;branch=z9hG4bK1\r\n"
                                                   "From: <sip:alice@home.example>;tag=1\r\n"
                                                   "To: <sip:alice@home.example>\r\n"
                                                   "Call-ID: 1\r\n"
                                                   "CSeq: 1 REGISTER\r\n"
                                                   "Contact: <sip:alice@192.168.1.20>;expires=50\r\n\r\n";
    static constexpr std::string_view from_mallory = "REGISTER sip:home.example SIP/2.0\r\n"
                                                     "Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK2\r\n"
                                                     "From: <sip:alice@home.example>;tag=2\r\n"
                                                     "To: <sip:alice@home.example>\r\n"
                                                     "Call-ID: 2\r\n"
                                                     "CSeq: 1 REGISTER\r\n"
                                                     "Contact: <sip:mallory@203.0.113.9>\r\n\r\n";

    void deliver(const ipv4_bytes& from, std::string_view bytes) {
        const datagram arrived{{.remote = {ip_address::v4(from), 5060}, .local = own_}, bytes};
        receiver_.receive({&arrived, 1});
    }

    tick_clock& clock_;
    endpoint own_{ip_address::v4({192, 168, 1, 1}), 5060};
    receiver_ref receiver_; // empty unless it listens
    std::uint64_t next_tick_ = 0;
};
static_assert(transport_policy<polled_ethernet>);

/// Returns: how many bindings alice has after a minute on a board without a heap.
auto on_a_board() -> std::size_t {
    static tick_clock clock;
    static board_random random;
    static local_access access;
    static polled_ethernet ethernet{clock};
    static fixed_storage<32, 64, 8192> storage; // addresses-of-record, bindings, bytes of text
    static basic_registrar registrar{{}, clock, storage, ethernet, random, access};
    if (!registrar.start()) return 0;
    while (ethernet.poll()) continue;
    return *registrar.query("sip:alice@home.example", [](const binding_view&) {});
}

/// Returns: how many bindings alice has after a minute at home, where there is an array for them.
auto at_home() -> std::size_t {
    tick_clock clock;
    array_storage storage;
    polled_ethernet ethernet{clock};
    local_access access;
    basic_registrar registrar{{}, clock, storage, ethernet, access};
    if (!registrar.start()) return 0;
    while (ethernet.poll()) continue;
    return *registrar.query("sip:alice@home.example", [](const binding_view&) {});
}

} // namespace

auto main() -> int {
    std::cout << "on a board\n";
    const auto left = on_a_board();
    std::cout << "at home\n";
    const bool same = at_home() == left;

    const auto tell = [](const testing::breach& found) {
        std::cout << "broken: " << found.law << ", tried: " << found.where << '\n';
    };
    const auto breaches = testing::check_storage_laws([] { return array_storage{}; }, tell);
    std::cout << "array_storage breaks " << breaches << " laws\n";
    return breaches == 0 && same ? 0 : 1;
}
