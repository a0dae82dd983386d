// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/digest.hpp>
#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/config/domains.hpp>
#include <sipwhere/message/digest_params.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/policy/credentials.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sipwhere {

/// Which line of a table of users can't be read, and why.
struct htdigest_fault {
    std::size_t line = 0; ///< from 1 on
    const char* why = "";
};

/// Whether users are found by the hash of their name as well, which takes memory for each of them.
enum class hashed_names : std::uint8_t { unknown, found };

/// The users of one htdigest file: lines `user:realm:ha1`, as Apache's htdigest writes them, or with `:algorithm`.
///
/// H(A1) without an algorithm is MD5 if it has 32 digits, and SHA-256 if it has 64; SHA-512-256 has to be named. A user
/// has a line for each algorithm and realm. A line `user:realm:sip:sales@example.com` lets the user register that
/// address-of-record as well, and so on for each more. A user name has no colon, a realm may have some. Lines that are
/// empty or begin with `#` are passed over. Uses the heap.
class htdigest_table {
public:
    static constexpr bool finds_hashed_names = true;

    explicit htdigest_table(hashed_names names = hashed_names::unknown) noexcept : names_(names) {}

    /// Adds the lines of a text.
    ///
    /// Returns: the first line that is wrong; the lines before it have been added then.
    [[nodiscard]] auto add(std::string_view text) -> std::optional<htdigest_fault> {
        for (std::size_t number = 1; !text.empty(); ++number) {
            const auto end = std::min(text.find('\n'), text.size());
            auto line = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (line.empty() || line.front() == '#') continue;
            if (const char* const why = add_line(line); why != nullptr) return htdigest_fault{number, why};
        }
        return std::nullopt;
    }

    /// Returns: how many passwords there are.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }

    auto find(const credentials_query& asked, credentials_visitor visit) const -> credentials_answer {
        const auto* const known = asked.is_hashed ? find_hashed(asked) : find_named(asked);
        if (known == nullptr) return credentials_answer::unknown;
        const auto [ha1, user, realm] = read(*known);
        if (realm != asked.realm) return credentials_answer::unknown;
        visit(credentials::of_ha1(ha1, user));
        return credentials_answer::found;
    }

    /// Returns: whether a line grants an address-of-record to a user.
    [[nodiscard]] auto may_register(const user_identity& user, const aor_view& aor) const -> bool {
        const auto known = granted_.find(granted_key(user.name, user.realm));
        if (known == granted_.end()) return false;
        const auto is_granted = [&](const address& one) { return one.user == aor.user && one.domain == aor.domain; };
        return std::ranges::any_of(known->second, is_granted);
    }

private:
    /// A line with a password, as it is kept: H(A1), user and realm one behind the other in `text_`.
    struct place {
        std::uint32_t check = 0; ///< some bits of the hash
        std::uint32_t at = 0;
        std::uint16_t user_size = 0;
        std::uint16_t realm_size = 0;
        digest_hash hash = digest_hash::md5;
        bool is_there = false;
    };
    struct entry {
        std::string_view ha1, user, realm;
    };
    struct address {
        std::string user, domain;
    };
    static constexpr std::size_t longest_name = 1024;

    [[nodiscard]] static auto hash_of(std::string_view user, std::string_view realm, digest_hash hash) noexcept
        -> std::uint64_t {
        return siphash_1_3{{}}.texts(user, realm).number(static_cast<std::uint64_t>(hash)).finish();
    }
    [[nodiscard]] static auto granted_key(std::string_view user, std::string_view realm) -> std::string {
        return std::string{user}.append(1, ':').append(realm); // no name has a colon
    }

    [[nodiscard]] auto read(const place& of) const noexcept -> entry {
        const auto text = std::string_view{text_}.substr(of.at);
        const auto digits = digits_of(of.hash);
        return {text.substr(0, digits), text.substr(digits, of.user_size),
                text.substr(digits + of.user_size, of.realm_size)};
    }

    /// Returns: the place of an entry, or the free one where it goes.
    template <typename Places>
    [[nodiscard]] auto seek(Places& places, std::string_view user, std::string_view realm, digest_hash hash) const
        -> decltype(places.data()) {
        const auto wanted = hash_of(user, realm, hash);
        const auto check = static_cast<std::uint32_t>(wanted >> 32U);
        for (auto at = static_cast<std::size_t>(wanted);; ++at) {
            auto& one = places[at & (places.size() - 1)];
            if (!one.is_there) return &one;
            if (one.check != check || one.hash != hash) continue;
            const auto known = read(one);
            if (known.user == user && known.realm == realm) return &one;
        }
    }

    [[nodiscard]] auto find_named(const credentials_query& asked) const -> const place* {
        if (places_.empty()) return nullptr;
        const auto* const found = seek(places_, asked.user, asked.realm, asked.hash);
        return found->is_there ? found : nullptr;
    }
    [[nodiscard]] auto find_hashed(const credentials_query& asked) const -> const place* {
        const auto& names = hashed_[static_cast<std::size_t>(asked.hash)];
        const auto known = names.find(std::string{asked.user});
        if (known == names.end()) return nullptr;
        const auto& [user, realm] = known->second;
        return find_named({.user = user, .realm = realm, .hash = asked.hash});
    }

    /// Returns: why a line is wrong; null if it was added.
    [[nodiscard]] auto add_line(std::string_view line) -> const char* {
        const auto end_of_user = line.find(':');
        if (end_of_user == std::string_view::npos || end_of_user == 0) return "no user";
        const auto user = line.substr(0, end_of_user);
        const auto rest = line.substr(end_of_user + 1);
        const auto colon = rest.rfind(':');
        if (colon == std::string_view::npos) return "no realm";
        if (rest.find('@', colon) != std::string_view::npos) return add_address(user, rest);
        return add_password(user, rest);
    }

    /// Adds what stands behind the user: realm, colon, SIP URI.
    [[nodiscard]] auto add_address(std::string_view user, std::string_view rest) -> const char* {
        auto realm = rest;
        (void)take_last(realm); // user and host
        if (!take_last(realm)) return "no realm"; // the scheme
        const auto uri = parse_uri(rest.substr(realm.size() + 1));
        if (!uri || !uri->is_sip() || uri->user.empty() || uri->host.kind != host_kind::name)
            return "no SIP URI with a user and a domain";
        address one;
        for (percent_reader in{uri->user}; !in.at_end();) one.user += in.next().byte;
        for (const char c : without_root(uri->host.text)) one.domain += ascii::lower(c);
        granted_[granted_key(user, realm)].push_back(std::move(one));
        return nullptr;
    }

    /// Adds what stands behind the user: realm, colon, H(A1), and the algorithm, or not.
    [[nodiscard]] auto add_password(std::string_view user, std::string_view rest) -> const char* {
        auto last = take_last(rest);
        std::optional<digest_hash> hash;
        if (!is_hex(*last)) {
            const auto named = find_digest_algorithm(*last);
            if (!named || named->is_session) return "an algorithm that is none of MD5, SHA-256 and SHA-512-256";
            hash = named->hash;
            last = take_last(rest);
            if (!last) return "no realm";
        }
        if (!is_hex(*last) || (last->size() != 32 && last->size() != 64))
            return "H(A1) is not 32 or 64 hexadecimal digits";
        if (!hash) hash = last->size() == 32 ? digest_hash::md5 : digest_hash::sha256;
        if (last->size() != digits_of(*hash)) return "H(A1) has not as many digits as its algorithm";
        if (user.size() > longest_name || rest.size() > longest_name) return "a name that is too long";
        if (text_.size() > std::numeric_limits<std::uint32_t>::max() - 3 * longest_name) return "too many users";
        return insert(user, rest, *last, *hash) ? nullptr : "a user stands there twice";
    }

    [[nodiscard]] auto insert(std::string_view user, std::string_view realm, std::string_view ha1, digest_hash hash)
        -> bool {
        if (2 * (size_ + 1) > places_.size()) grow();
        auto& mine = *seek(places_, user, realm, hash);
        if (mine.is_there) return false;
        mine = {.check = static_cast<std::uint32_t>(hash_of(user, realm, hash) >> 32U),
                .at = static_cast<std::uint32_t>(text_.size()),
                .user_size = static_cast<std::uint16_t>(user.size()),
                .realm_size = static_cast<std::uint16_t>(realm.size()),
                .hash = hash,
                .is_there = true};
        for (const char c : ha1) text_ += ascii::lower(c);
        text_.append(user).append(realm);
        ++size_;
        if (names_ == hashed_names::unknown) return true;
        builtin_hash of_names;
        const auto digits = hash_name(of_names, hash, user, realm);
        hashed_[static_cast<std::size_t>(hash)].try_emplace(std::string{digits.view()}, user, realm);
        return true;
    }

    void grow() {
        std::vector<place> larger(std::max<std::size_t>(16, 2 * places_.size()));
        for (const auto& old : places_)
            if (old.is_there) {
                const auto known = read(old);
                *seek(larger, known.user, known.realm, old.hash) = old;
            }
        places_ = std::move(larger);
    }

    /// Takes what stands behind the last colon.
    [[nodiscard]] static auto take_last(std::string_view& text) -> std::optional<std::string_view> {
        const auto colon = text.rfind(':');
        if (colon == std::string_view::npos) return std::nullopt;
        const auto last = text.substr(colon + 1);
        text = text.substr(0, colon);
        return last;
    }

    [[nodiscard]] static auto is_hex(std::string_view text) -> bool {
        return !text.empty() && std::ranges::all_of(text, [](char c) { return ascii::hex_value(c) >= 0; });
    }

    hashed_names names_;
    std::string text_;
    std::vector<place> places_; ///< a power of two, at least twice as many as entries
    std::size_t size_ = 0;
    std::unordered_map<std::string, std::vector<address>> granted_;
    std::array<std::unordered_map<std::string, std::pair<std::string, std::string>>, digest_hashes> hashed_;
};
static_assert(credentials_policy<htdigest_table>);
static_assert(granting_credentials<htdigest_table>);

} // namespace sipwhere
