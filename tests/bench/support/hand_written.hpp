// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/options.hpp>

#include <sipwhere/base/date.hpp>
#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/timer_wheel.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/model/instant.hpp>

#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_bench {

/// What a registrar in process can't be faster than: one written for the REGISTER of the benchmarks alone.
///
/// It does the work of the real one for that message: finds the fields, makes the same five hashes, looks for a
/// repeat, looks up the AOR, compares Contact, Call-ID and CSeq, keeps the binding with its timer, writes the 200 and
/// remembers it. It believes what it reads: one binding for each user, names as the benchmark writes them, nothing is
/// unescaped and no character is judged. What another client sends it drops.
class hand_written {
public:
    explicit hand_written(std::size_t users)
        : bindings_(std::bit_ceil(users * 2 + 2)), answers_(answers), buckets_(answers * 2) {}

    /// Returns: the 200, which lasts for some thousand calls; empty for a request it does not know how to serve.
    auto serve(std::string_view bytes, const sipwhere::flow& from, sipwhere::instant now) -> std::string_view {
        asked is;
        if (!read(bytes, is)) return {};
        const auto keys = keys_of(is, from);
        if (const auto before = find_answer(keys.response, now); !before.empty()) return before;

        const auto at = find(is, now);
        auto& mine = bindings_[at];
        const auto text = std::string_view{mine.text.data(), mine.contact_size};
        const auto seconds = static_cast<std::uint32_t>(now.milliseconds / 1000) + is.expires;
        if (text == is.contact && is.call_id == std::string_view{mine.call_id.data(), mine.call_id_size}) {
            if (is.cseq <= mine.cseq) return {};
        } else {
            if (is.contact.size() > mine.text.size() || is.call_id.size() > mine.call_id.size()) return {};
            mine.contact_size = put(mine.text, is.contact);
            mine.call_id_size = put(mine.call_id, is.call_id);
        }
        mine.cseq = is.cseq;
        mine.until = seconds;
        mine.transactions[mine.newest++ % mine.transactions.size()] = keys.transaction;
        timers_.arm(static_cast<std::uint32_t>(at), seconds);
        return write(is, keys, from, now);
    }

    /// Forgets what is over, at most so many bindings.
    void expire(sipwhere::instant now, unsigned steps) {
        for (std::uint32_t due; (due = timers_.pop(static_cast<std::uint32_t>(now.milliseconds / 1000), steps)) !=
                                sipwhere::timer_wheel<std::vector<binding>>::none;)
            bindings_[due].contact_size = 0;
    }

    /// Returns: how many bindings there are.
    [[nodiscard]] auto size() const -> std::size_t {
        std::size_t bound = 0;
        for (const auto& one : bindings_) bound += one.contact_size == 0 ? 0 : 1;
        return bound;
    }

private:
    struct asked {
        std::string_view via, sent_by, branch, from, from_tag, to, user, host, call_id, cseq_line, contact;
        std::uint32_t cseq = 0;
        std::uint32_t expires = 3600;
    };
    struct hashes {
        std::uint64_t response, transaction, to_tag;
    };
    struct binding : sipwhere::timer_node {
        std::uint64_t hash = 0;
        std::uint32_t cseq = 0;
        std::uint32_t until = 0;
        std::uint16_t contact_size = 0;
        std::uint16_t call_id_size = 0;
        std::uint16_t user_size = 0;
        std::uint16_t newest = 0;
        std::array<std::uint64_t, 4> transactions{};
        std::array<char, 32> user{};
        std::array<char, 48> call_id{};
        std::array<char, 160> text{}; ///< the Contact
    };
    struct answer {
        std::uint64_t key = 0;
        std::uint64_t at = 0;
        std::uint32_t size = 0;
        std::uint32_t older = 0;
        std::array<char, 744> text{};
    };
    static constexpr std::uint32_t answers = 4096;

    template <std::size_t Size>
    static auto put(std::array<char, Size>& into, std::string_view text) -> std::uint16_t {
        std::memcpy(into.data(), text.data(), text.size());
        return static_cast<std::uint16_t>(text.size());
    }

    static auto number(std::string_view digits, std::uint32_t& value) -> bool {
        return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc{};
    }

    /// Returns: what stands between two words; a view of nothing where the first is missing.
    static auto between(std::string_view text, std::string_view before, char behind) -> std::string_view {
        const auto at = text.find(before);
        if (at == text.npos) return {};
        const auto begin = at + before.size();
        return text.substr(begin, text.find(behind, begin) - begin);
    }

    static auto read(std::string_view bytes, asked& is) -> bool {
        constexpr std::string_view start = "REGISTER sip:example.com SIP/2.0\r\n";
        if (!bytes.starts_with(start)) return false;
        bytes.remove_prefix(start.size());
        while (true) {
            const auto* const end = static_cast<const char*>(std::memchr(bytes.data(), '\r', bytes.size()));
            if (end == nullptr) return false;
            const auto line = std::string_view{bytes.data(), static_cast<std::size_t>(end - bytes.data())};
            if (line.empty()) break;
            read_line(line, is);
            bytes.remove_prefix(line.size() + 2);
        }
        if (is.branch.empty() || is.from_tag.empty() || is.host != "example.com" || is.user.size() > 32) return false;
        return !is.call_id.empty() && !is.contact.empty() && is.cseq != 0;
    }

    static void read_line(std::string_view line, asked& is) {
        switch (line[0]) {
        case 'V': // Via: SIP/2.0/UDP <sent-by>;branch=<branch>;rport
            is.via = line;
            is.sent_by = between(line, "UDP ", ';');
            is.branch = between(line, ";branch=", ';');
            break;
        case 'F':
            is.from = line;
            is.from_tag = between(line, ";tag=", ';');
            break;
        case 'T':
            is.to = line;
            is.user = between(line, "sip:", '@');
            is.host = between(line, "@", '>');
            break;
        case 'E': (void)number(line.substr(9), is.expires); break;
        case 'C':
            if (line[1] == 'S') {
                is.cseq_line = line;
                (void)number(line.substr(6), is.cseq);
            } else if (line[1] == 'a') {
                is.call_id = line.substr(9);
            } else if (line[3] == 't' && line[4] == 'a') {
                is.contact = line.substr(9);
            }
            break;
        default: break;
        }
    }

    [[nodiscard]] auto keys_of(const asked& is, const sipwhere::flow& from) const -> hashes {
        const auto request = sipwhere::siphash_1_3{key_}.text(is.call_id).text(is.from_tag).number(is.cseq).finish();
        auto hop = sipwhere::siphash_1_3{key_}.texts(is.branch, is.sent_by).number(request);
        const auto transaction = hop.finish();
        const auto source = from.remote.address.bytes();
        const auto response =
            hop.number(from.remote.port).text({reinterpret_cast<const char*>(source.data()), source.size()}).finish();
        return {response, transaction, sipwhere::siphash_2_4{{key_.second, key_.first}}.number(transaction).finish()};
    }

    [[nodiscard]] auto find_answer(std::uint64_t key, sipwhere::instant now) const -> std::string_view {
        for (auto number = buckets_[key % buckets_.size()]; newest_ - number < answers;) {
            const auto& found = answers_[number % answers];
            if (found.key == key && found.at + 32'000 > now.milliseconds) return {found.text.data(), found.size};
            if (found.older >= number) break;
            number = found.older;
        }
        return {};
    }

    auto find(const asked& is, sipwhere::instant now) -> std::size_t {
        const auto mask = bindings_.size() - 1;
        const auto hash = sipwhere::siphash_1_3{key_}.texts(is.user, is.host).finish() | 1;
        auto at = static_cast<std::size_t>(hash >> 8) & mask;
        while (bindings_[at].hash != 0) {
            auto& one = bindings_[at];
            if (one.hash == hash && is.user == std::string_view{one.user.data(), one.user_size}) {
                if (one.until <= static_cast<std::uint32_t>(now.milliseconds / 1000)) one.contact_size = 0;
                return at;
            }
            at = (at + 1) & mask;
        }
        if (++used_ * 2 > bindings_.size()) die("more users than were told");
        bindings_[at].hash = hash;
        bindings_[at].user_size = put(bindings_[at].user, is.user);
        return at;
    }

    auto write(const asked& is, const hashes& keys, const sipwhere::flow& from, sipwhere::instant now)
        -> std::string_view {
        auto& entry = answers_[newest_ % answers];
        entry.key = keys.response;
        entry.at = now.milliseconds;
        entry.older = std::exchange(buckets_[keys.response % buckets_.size()], newest_++);

        auto* out = entry.text.data();
        const auto add = [&](std::string_view text) {
            std::memcpy(out, text.data(), text.size());
            out += text.size();
        };
        const auto add_number = [&](std::uint32_t value) { out = std::to_chars(out, out + 10, value).ptr; };
        if (is.via.size() + is.from.size() + is.to.size() + is.cseq_line.size() + is.contact.size() > 500) return {};
        add("SIP/2.0 200 OK\r\n");
        add(is.via.substr(0, is.via.size() - 6)); // without ";rport"
        add(";received=");
        const auto source = from.remote.address.bytes();
        for (std::size_t i = 0; i < 4; ++i) {
            if (i != 0) add(".");
            add_number(source[i]);
        }
        add(";rport=");
        add_number(from.remote.port);
        add("\r\n");
        add(is.from);
        add("\r\n");
        add(is.to);
        add(";tag=");
        for (int shift = 60; shift >= 0; shift -= 4) *out++ = "0123456789abcdef"[keys.to_tag >> shift & 15];
        add("\r\nCall-ID: ");
        add(is.call_id);
        add("\r\n");
        add(is.cseq_line);
        add("\r\nDate: ");
        add(date(now));
        add("\r\nContact: ");
        add(is.contact);
        add(";expires=");
        add_number(is.expires);
        add("\r\nContent-Length: 0\r\n\r\n");
        entry.size = static_cast<std::uint32_t>(out - entry.text.data());
        return {entry.text.data(), entry.size};
    }

    /// Returns: the date, which is written once a second.
    auto date(sipwhere::instant now) -> std::string_view {
        if (const auto second = now.milliseconds / 1000; second != dated_) {
            dated_ = second;
            sipwhere::writer out{date_};
            sipwhere::write_date(out, std::chrono::seconds{static_cast<std::int64_t>(second)});
        }
        return {date_.data(), 29};
    }

    sipwhere::hash_key key_{3, 4};
    std::vector<binding> bindings_;
    sipwhere::timer_wheel<std::vector<binding>> timers_{bindings_};
    std::size_t used_ = 0;
    std::vector<answer> answers_;
    std::vector<std::uint32_t> buckets_; ///< the newest answer of each
    std::uint32_t newest_ = 2 * answers; ///< number of the next answer
    std::array<char, 32> date_{};
    std::uint64_t dated_ = 0; ///< the second of that date
};

} // namespace sipwhere_bench
