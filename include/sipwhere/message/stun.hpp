// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sipwhere {

/// What is to be done with a STUN message.
enum class stun_answer : std::uint8_t {
    none,    ///< it is no request, or is damaged: nothing is sent
    mapped,  ///< who asks is told the address they were seen at
    refused, ///< 420: it has attributes that have to be understood, and are not
};

namespace detail {

inline constexpr std::size_t stun_header = 20;
inline constexpr std::uint32_t stun_cookie = 0x2112a442;

/// The attributes of RFC 8489 §14 that have to be understood; beyond these a request is refused.
[[nodiscard]] constexpr auto is_known_stun_attribute(std::uint32_t type) noexcept -> bool {
    switch (type) {
    case 0x0001: // MAPPED-ADDRESS
    case 0x0006: // USERNAME
    case 0x0008: // MESSAGE-INTEGRITY
    case 0x0009: // ERROR-CODE
    case 0x000a: // UNKNOWN-ATTRIBUTES
    case 0x0014: // REALM
    case 0x0015: // NONCE
    case 0x001c: // MESSAGE-INTEGRITY-SHA256
    case 0x001d: // PASSWORD-ALGORITHM
    case 0x001e: // USERHASH
    case 0x0020: return true; // XOR-MAPPED-ADDRESS
    default: return type >= 0x8000; // those need not be understood
    }
}

/// Returns: a number of some bytes, the highest first.
[[nodiscard]] constexpr auto stun_number(std::string_view bytes, std::size_t at, std::size_t size) noexcept
    -> std::uint32_t {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8U | static_cast<std::uint8_t>(bytes[at + i]);
    return value;
}
constexpr void put_stun_number(writer& out, std::uint32_t value, std::size_t size) noexcept {
    for (std::size_t i = size; i > 0; --i) out.put(static_cast<char>(value >> (8 * (i - 1)) & 0xff));
}

/// The CRC-32 of ITU V.42, exclusive-or a number of STUN's own (RFC 8489 §14.7).
class stun_fingerprint {
public:
    constexpr auto add(std::string_view bytes) noexcept -> stun_fingerprint& {
        for (const char c : bytes) {
            rest_ ^= static_cast<std::uint8_t>(c);
            for (int bit = 0; bit < 8; ++bit) rest_ = rest_ >> 1U ^ (0xedb88320U & (0U - (rest_ & 1U)));
        }
        return *this;
    }
    [[nodiscard]] constexpr auto value() const noexcept -> std::uint32_t { return ~rest_ ^ 0x5354554eU; }

private:
    std::uint32_t rest_ = 0xffffffff;
};

/// Walks over the attributes of a message whose length is right.
class stun_attributes {
public:
    constexpr explicit stun_attributes(std::string_view message) noexcept : message_(message) {}

    /// Goes to the next one.
    ///
    /// Returns: false behind the last, and where one is longer than the message.
    constexpr auto next() noexcept -> bool {
        at_ = end_;
        if (message_.size() - at_ < 4) return false;
        const auto padded = (size() + 3) / 4 * 4;
        is_damaged_ = padded > message_.size() - at_ - 4;
        if (is_damaged_) return false;
        end_ = at_ + 4 + padded;
        return true;
    }

    [[nodiscard]] constexpr auto type() const noexcept -> std::uint32_t { return stun_number(message_, at_, 2); }
    [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return stun_number(message_, at_ + 2, 2); }
    [[nodiscard]] constexpr auto position() const noexcept -> std::size_t { return at_; }
    [[nodiscard]] constexpr auto is_last() const noexcept -> bool { return end_ == message_.size(); }
    [[nodiscard]] constexpr auto is_damaged() const noexcept -> bool { return is_damaged_; }

private:
    std::string_view message_;
    std::size_t at_ = 0;
    std::size_t end_ = stun_header;
    bool is_damaged_ = false;
};

/// What a Binding request has, as far as it matters.
struct stun_request {
    bool is_sound = true;
    bool has_fingerprint = false;
    std::size_t unknown = 0; ///< attributes
};

[[nodiscard]] constexpr auto read_stun_request(std::string_view message) noexcept -> stun_request {
    constexpr std::uint32_t fingerprint = 0x8028;
    stun_request made;
    stun_attributes each{message};
    while (each.next()) {
        if (!is_known_stun_attribute(each.type())) ++made.unknown;
        if (each.type() != fingerprint) continue;
        made.has_fingerprint = true;
        made.is_sound = each.size() == 4 && each.is_last() &&
                        stun_number(message, each.position() + 4, 4) ==
                            stun_fingerprint{}.add(message.substr(0, each.position())).value();
        break;
    }
    made.is_sound = made.is_sound && !each.is_damaged();
    return made;
}

/// Writes an answer's header and attributes: `length` is that of the attributes.
constexpr void begin_stun_answer(writer& out, std::string_view message, std::uint32_t type,
                                 std::size_t length) noexcept {
    put_stun_number(out, type, 2);
    put_stun_number(out, static_cast<std::uint32_t>(length), 2);
    out.put(message.substr(4, stun_header - 4)); // cookie and transaction
}

} // namespace detail

/// Returns: whether a datagram at a SIP port is a STUN message: its first octet, the magic cookie and the length say
///          so; no SIP message begins like that.
/// Spec:    RFC 5626 §8, RFC 8489 §5, §6.3.
[[nodiscard]] constexpr auto is_stun(std::string_view bytes) noexcept -> bool {
    using namespace detail;
    if (bytes.size() < stun_header || static_cast<std::uint8_t>(bytes[0]) > 1) return false;
    return stun_number(bytes, 4, 4) == stun_cookie && bytes.size() % 4 == 0 &&
           stun_number(bytes, 2, 2) == bytes.size() - stun_header;
}

/// Answers a STUN Binding request with the address it came from, of 4 or 16 bytes, and the port.
///
/// `bytes` are STUN. Nobody is asked for credentials, and nothing is told about the server. The answer has a
/// fingerprint if the request has one.
/// Returns: what was written; where it does not fit `none`.
/// Cost:    one pass; one more for a fingerprint.
/// Spec:    RFC 8489 §6.3.1, §14.2, §14.7, §14.8; RFC 5626 §8.
[[nodiscard]] constexpr auto answer_stun(writer& out, std::string_view bytes, std::span<const std::uint8_t> address,
                                         std::uint16_t port) noexcept -> stun_answer {
    using namespace detail;
    constexpr std::uint32_t binding_request = 0x0001;
    if (stun_number(bytes, 0, 2) != binding_request) return stun_answer::none;
    const auto asked = read_stun_request(bytes);
    if (!asked.is_sound) return stun_answer::none;
    const std::size_t fingerprint = asked.has_fingerprint ? 8 : 0;
    if (asked.unknown == 0) {
        begin_stun_answer(out, bytes, 0x0101, 8 + address.size() + fingerprint);
        put_stun_number(out, 0x0020, 2); // XOR-MAPPED-ADDRESS
        put_stun_number(out, static_cast<std::uint32_t>(4 + address.size()), 2);
        put_stun_number(out, address.size() == 4 ? 1 : 2, 2);
        put_stun_number(out, port ^ (stun_cookie >> 16U), 2);
        for (std::size_t i = 0; i < address.size(); ++i)
            out.put(static_cast<char>(address[i] ^ static_cast<std::uint8_t>(bytes[4 + i])));
    } else {
        constexpr std::string_view reason = "Unknown Attribute";
        const auto list = (2 * asked.unknown + 3) / 4 * 4;
        begin_stun_answer(out, bytes, 0x0111, 8 + (reason.size() + 3) / 4 * 4 + 4 + list + fingerprint);
        put_stun_number(out, 0x0009, 2); // ERROR-CODE
        put_stun_number(out, static_cast<std::uint32_t>(4 + reason.size()), 2);
        put_stun_number(out, 0x0414, 4); // 4 and 20
        out.put(reason).put(std::string_view{"\0\0\0", (4 - reason.size() % 4) % 4});
        put_stun_number(out, 0x000a, 2); // UNKNOWN-ATTRIBUTES
        put_stun_number(out, static_cast<std::uint32_t>(2 * asked.unknown), 2);
        for (stun_attributes each{bytes}; each.next();)
            if (!is_known_stun_attribute(each.type())) put_stun_number(out, each.type(), 2);
        if (asked.unknown % 2 != 0) put_stun_number(out, 0, 2);
    }
    if (!out.fits()) return stun_answer::none;
    if (asked.has_fingerprint) {
        const auto value = stun_fingerprint{}.add(out.text()).value();
        put_stun_number(out, 0x80280004, 4);
        put_stun_number(out, value, 4);
    }
    if (!out.fits()) return stun_answer::none;
    return asked.unknown == 0 ? stun_answer::mapped : stun_answer::refused;
}

} // namespace sipwhere
