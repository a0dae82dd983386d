// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/result.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/model/endpoint.hpp>
#include <sipwhere/model/instant.hpp>

#include <array>
#include <ostream>

namespace sipwhere {

/// Writes `192.0.2.1` or `2001:db8::1`.
inline auto operator<<(std::ostream& out, const ip_address& address) -> std::ostream& {
    std::array<char, 48> text;
    writer made{text};
    write_address(made, address);
    return out << made.text();
}

/// Writes `192.0.2.1:5060` or `[2001:db8::1]:5060`.
inline auto operator<<(std::ostream& out, const endpoint& end) -> std::ostream& {
    std::array<char, 56> text;
    writer made{text};
    write_endpoint(made, end);
    return out << made.text();
}

/// Writes `12.345 s`, or `never`.
inline auto operator<<(std::ostream& out, instant at) -> std::ostream& {
    if (at == never) return out << "never";
    std::array<char, 32> text;
    writer made{text};
    const auto thousandths = static_cast<std::uint32_t>(at.milliseconds % 1000);
    out << at.milliseconds / 1000;
    made.put('.');
    for (auto digit = 100U; digit != 0; digit /= 10) made.put_number(thousandths / digit % 10);
    return out << made.text() << " s";
}

/// Writes what went wrong, and at which byte: `the host is no name …, at byte 12`.
inline auto operator<<(std::ostream& out, const failure& why) -> std::ostream& {
    out << message(why.code);
    return why.at == 0 ? out : out << ", at byte " << why.at;
}

/// Writes `user@domain`: for a person to read, since a user may hold any byte.
inline auto operator<<(std::ostream& out, const aor_view& aor) -> std::ostream& {
    return out << aor.user << '@' << aor.domain;
}

} // namespace sipwhere
