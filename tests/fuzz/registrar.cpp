// SPDX-License-Identifier: BSL-1.0
#include <fuzz/require.hpp>

#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/memory/fixed_memory.hpp>
#include <sipwhere/message/parse_message.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/fixed_storage.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace sipwhere;

constexpr std::size_t max_aors = 3;
constexpr std::size_t max_contacts = 4;
constexpr memory_sizes small{.contacts = 4,
                             .bindings = max_contacts,
                             .record = 2048,
                             .gone = 512,
                             .answer = 1200,
                             .aor = 64,
                             .responses = 4,
                             .ring_text = 2048};

struct small_hash_storage : hash_storage {
    using memory = fixed_memory<small>;
    small_hash_storage() : hash_storage({.max_aors = max_aors}) {}
};
/// Its text never runs out before its records do, so that both stores are full at the same time.
using small_fixed_storage = fixed_storage<max_aors, max_aors * max_contacts, max_aors * 4096, small>;

/// Keeps what is sent.
struct outbox {
    std::vector<std::pair<flow, std::string>> sent;

    auto listen(receiver_ref) -> result<void> { return {}; }
    void stop() {}
    auto send(const flow& flow, std::string_view bytes) -> bool {
        sent.emplace_back(flow, bytes);
        return true;
    }
    [[nodiscard]] auto is_own(const endpoint& end) const -> bool { return end == own; }

    static constexpr endpoint own{ip_address::v4({192, 0, 2, 100}), 5060};
};

/// The first two bytes of an input choose the settings.
auto settings_of(std::uint8_t first, std::uint8_t second) -> settings {
    settings made;
    if ((first & 1) != 0) made.domains = {"example.com", with_subdomains("example.org")};
    if ((first & 2) != 0) made.aliases = {{"192.0.2.100", "example.com"}};
    made.case_insensitive_user = (first & 4) != 0;
    made.strict_domain = (first & 8) != 0;
    made.obey_maddr = (first & 16) != 0;
    made.reply_to_source = static_cast<reply_to_source>((first >> 5) % 3);
    made.limits.max_contacts = 1 + second % max_contacts;
    made.limits.when_full = static_cast<when_full>((second >> 2) % 3);
    made.limits.stale_cseq = static_cast<stale_cseq>((second >> 4) % 2);
    if ((second & 32) != 0) made.limits.max_answer_bytes = 600;
    if ((second & 64) != 0) made.limits.min_expires = made.limits.max_expires = std::chrono::seconds{7200};
    made.limits.max_contact_bytes = 512;
    return made;
}

template <typename Storage>
class fuzzed {
public:
    explicit fuzzed(const settings& config)
        : config_(config), registrar_(config, clock_, storage_, transport_, random_) {
        require(static_cast<bool>(registrar_.start()), "it starts");
    }

    void wait(std::chrono::milliseconds time) {
        clock_.advance(time);
        require(registrar_.tick().count() > 0, "it asks for a tick later on");
    }

    /// Returns: what was sent.
    auto receives(const flow& from, std::string_view bytes) -> std::string {
        const auto before = records();
        transport_.sent.clear();
        const auto done = registrar_.receive(datagram{from, bytes});
        require(transport_.sent.size() <= 1, "one answer at most");
        require(transport_.sent.empty() == (done.kind == handling::dropped), "the verdict tells what was done");
        if (transport_.sent.empty()) {
            require(records() == before, "what is dropped changes nothing");
            return {};
        }
        const auto& [flow, answer] = transport_.sent.front();
        check(flow, answer, from);
        if (answer.compare(0, 9, "SIP/2.0 2") != 0) require(records() == before, "a refusal changes nothing");
        check_caps();
        return answer;
    }

    /// Returns: all that is stored, live or not.
    auto records() -> std::string {
        std::string all;
        std::vector<std::pair<std::string, std::string>> keys;
        (void)storage_.scan({}, 1000, clock_.now(), [&keys](const aor_view& key, const live_bindings&) {
            keys.emplace_back(key.user, key.domain);
        });
        for (const auto& key : keys) {
            all.append(key.first).append("@").append(key.second).append("=");
            (void)storage_.update(aor_view{key.first, key.second}, [&all](record_view record) {
                all.append(record.bytes()).append("\n");
                return record_update{};
            });
        }
        return all;
    }

private:
    void check(const flow& to, std::string_view answer, const flow& from) const {
        message_view response;
        const auto most = config_.limits.max_answer_bytes == 0 ? small.answer : config_.limits.max_answer_bytes;
        const bool is_ok = answer.starts_with("SIP/2.0 200 ");
        require(answer.size() <= (is_ok ? most : small.answer), "an answer keeps its limit");
        require(static_cast<bool>(parse_message(answer, response)), "an answer is a message");
        require(!response.is_request() && response.status_code() >= 200 && response.status_code() < 600, "its status");
        require(response.has(header_name::via) && response.content_length_ok() && response.body().empty(), "its form");
        require(!response.defect(), "no line of an answer is broken");
        require(response.count(header_name::contact) <= (is_ok ? config_.limits.max_contacts : 0), "its contacts");
        for (const auto contact : response.rows(header_name::contact))
            require(!contact.ends_with(";expires=0"), "nothing is shown that has ended");
        require(to.remote.port != 0 && to.remote != outbox::own, "it goes to where it may go");
        require(config_.obey_maddr || to.remote.address == from.remote.address,
                "it goes to where the request came from");
    }

    void check_caps() const {
        std::size_t aors = 0;
        (void)storage_.scan({}, 1000, clock_.now(), [&](const aor_view& key, const live_bindings& live) {
            std::size_t bindings = 0;
            for (const auto each : live) {
                require(!each.uri.empty() && each.q <= 1000 && each.remaining(clock_.now()) <= 7200,
                        "a binding is sound");
                ++bindings;
            }
            require(!key.user.empty() && !key.domain.empty(), "a key is sound");
            require(bindings <= config_.limits.max_contacts, "the cap of an address-of-record holds");
            ++aors;
        });
        require(aors <= max_aors, "the cap of the store holds");
    }

    settings config_;
    manual_clock clock_;
    Storage storage_;
    outbox transport_;
    seeded_random random_{7};
    basic_registrar<manual_clock, Storage, outbox, seeded_random> registrar_;
};

constexpr char separator = '\x1e';

auto way_of(unsigned source) -> flow {
    sipwhere::flow flow{.remote = {ip_address::v4({192, 0, 2, 1}), 5060}, .local = outbox::own};
    if (source == 1) flow.remote.port = 40000;
    if (source == 2) flow.remote.address = ip_address::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    if (source == 3) flow.over = protocol::tcp, flow.connection = 5;
    return flow;
}

/// Returns: a copy in memory that ends where it ends, so that reading past it shows.
auto exactly(std::string_view bytes) -> std::unique_ptr<char[]> {
    auto copy = std::make_unique<char[]>(bytes.size());
    if (!bytes.empty()) std::memcpy(copy.get(), bytes.data(), bytes.size());
    return copy;
}

} // namespace

/// A sequence of datagrams, parted by 0x1e, each after a byte for its source and the time before it; an empty one
/// repeats the one before. Whatever they are: a registrar answers what it may, and two stores make one thing of it.
extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
    constexpr std::array<int, 8> steps{0, 1, 500, 999, 31'000, 33'000, 299'000, 7'300'000};
    if (size < 2) return 0;
    const auto config = settings_of(data[0], data[1]);
    fuzzed<small_hash_storage> one{config};
    fuzzed<small_fixed_storage> other{config};

    std::string_view rest{reinterpret_cast<const char*>(data) + 2, size - 2};
    std::string_view bytes;
    for (unsigned count = 0; !rest.empty() && count < 64; ++count) {
        const auto choice = static_cast<unsigned char>(rest.front());
        const auto end = rest.find(separator, 1);
        const auto chunk = rest.substr(1, end == std::string_view::npos ? end : end - 1);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (!chunk.empty()) bytes = chunk;

        const std::chrono::milliseconds step{steps[(choice >> 2) % steps.size()]};
        one.wait(step);
        other.wait(step);
        const auto exact = exactly(bytes);
        const auto answer = one.receives(way_of(choice % 4), {exact.get(), bytes.size()});
        require(other.receives(way_of(choice % 4), {exact.get(), bytes.size()}) == answer,
                "both stores answer the same");
    }
    return 0;
}
