// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/cursor.hpp>
#include <sipwhere/base/percent.hpp>
#include <sipwhere/base/reading_iterator.hpp>
#include <sipwhere/base/result.hpp>
#include <sipwhere/message/detail/name_list.hpp>

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

namespace sipwhere {

/// The most parameters that credentials or a challenge may have.
inline constexpr std::size_t max_auth_params = detail::name_list::max_names;

/// One parameter of credentials or of a challenge.
struct auth_param_view {
    std::string_view name{};
    std::string_view value{}; ///< a token, or a quoted string with its quotes: `write_unquoted` gives its content
};

/// Reads `name=value` with white space around "=".
[[nodiscard]] constexpr auto take_auth_param(cursor& in, auth_param_view& out) noexcept -> result<void> {
    out.name = in.take_while<ascii::set::token>();
    if (out.name.empty() || !in.take_separator('=')) return fail(errc::bad_credentials, in.position());
    if (in.peek() == '"') {
        const auto quoted = in.take_quoted();
        if (!quoted) return quoted.error();
        out.value = *quoted;
        return {};
    }
    out.value = in.take_while<ascii::set::token>();
    if (out.value.empty()) return fail(errc::bad_credentials, in.position());
    return {};
}

namespace detail {

/// Takes one parameter after another off a text, which was found well formed.
struct auth_param_reader {
    using value_type = auth_param_view;

    cursor rest{std::string_view{}};

    constexpr auto read(auth_param_view& out) noexcept -> bool {
        if (rest.position() != 0 && !rest.take_separator(',')) return false;
        return static_cast<bool>(take_auth_param(rest, out));
    }
};

} // namespace detail

/// Credentials or a challenge: a scheme, and parameters of which no two have the same name.
///
/// `Digest username="bob", realm="example.com", nonce="84a4", uri="sip:example.com", response="7587"`
class auth_params {
public:
    using iterator = reading_iterator<detail::auth_param_reader>;

    constexpr auth_params() noexcept = default;

    /// `text` begins at the first name; `parse_auth_params` found it well formed.
    constexpr auth_params(std::string_view scheme, std::string_view text) noexcept : scheme_(scheme), text_(text) {}

    /// Returns: `Digest`, in whatever case it was sent.
    [[nodiscard]] constexpr auto scheme() const noexcept -> std::string_view { return scheme_; }
    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view { return text_; }
    [[nodiscard]] constexpr auto begin() const noexcept -> iterator {
        return iterator{detail::auth_param_reader{cursor{text_}}};
    }
    [[nodiscard]] constexpr auto end() const noexcept -> std::default_sentinel_t { return {}; }

    /// Returns: the value of the parameter of this name, in any case.
    [[nodiscard]] constexpr auto find(std::string_view name) const noexcept -> std::optional<std::string_view> {
        for (const auto& param : *this)
            if (ascii::iequals(param.name, name)) return param.value;
        return std::nullopt;
    }

private:
    std::string_view scheme_;
    std::string_view text_;
};

/// Reads one value of Authorization, Proxy-Authorization, WWW-Authenticate or Proxy-Authenticate: a scheme and
/// `name=value` pairs, of any scheme that is written so. None of them stands with another in a row (RFC 3261 §7.3.1).
///
/// Returns: a view into `text`.
/// Errors:  bad_credentials, also for a repeated name; bad_quoting; too_many_params.
/// Cost:    one pass, and one more over the names if some look alike.
/// Spec:    RFC 3261 §25.1 credentials, challenge; RFC 7616 §3.3, §3.4.
[[nodiscard]] constexpr auto parse_auth_params(std::string_view text) noexcept -> result<auth_params> {
    cursor in{text};
    in.skip_lws();
    const auto scheme = in.take_while<ascii::set::token>();
    const auto behind = in.position();
    in.skip_lws();
    const auto begin = in.position();
    if (scheme.empty() || begin == behind) return fail(errc::bad_credentials, behind);
    detail::name_list names;
    auth_param_view param;
    do {
        if (names.full()) return fail(errc::too_many_params, in.position());
        if (const auto taken = take_auth_param(in, param); !taken) return taken.error();
        names.add(param.name);
    } while (in.take_separator(','));
    const auto end = in.position();
    in.skip_lws();
    if (!in.at_end()) return fail(errc::bad_credentials, in.position());
    if (const auto* const at = names.find_repeat(escapes::literal); at != nullptr)
        return fail(errc::bad_credentials, in.offset_of({at, 1}));
    return auth_params{scheme, in.between(begin, end)};
}

} // namespace sipwhere
