// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/cursor.hpp>
#include <sipwhere/message/params.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/record/packed_binding.hpp>
#include <sipwhere/record/record_view.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Says whether two texts are the URI and the parameters of a Contact, so that every rule can read them.
///
/// Cost: one pass.
[[nodiscard]] inline auto is_contact(std::string_view uri, std::string_view params) noexcept -> bool {
    const auto parsed = parse_uri(uri);
    if (!parsed || parsed->text != uri || (!params.empty() && params.front() != ';')) return false;
    cursor text{params};
    return static_cast<bool>(parse_params(text)) && text.at_end();
}

namespace detail {

/// Reads a packed binding with a look at each size before it is believed.
class packed_binding_checker {
public:
    /// `bytes` begin with the Call-ID of a binding.
    explicit packed_binding_checker(std::string_view bytes) noexcept : bytes_(bytes) {}

    /// Returns: how many bytes the Call-ID and its binding take; 0 when they are none.
    [[nodiscard]] auto size() noexcept -> std::size_t {
        if (!skip_call_id() || bytes_.size() - at_ < packed_binding::always) return 0;
        const auto* const begin = bytes_.data() + at_;
        const auto flags = load_little_endian<std::uint16_t>(begin + 4 * sizeof(std::uint32_t));
        if (!are_known(flags) || bytes_.size() - at_ < begin_of_rest(flags)) return 0;
        const auto head = packed_binding::at(begin);
        if (head.begin_of_texts != begin_of_texts(head) || bytes_.size() - at_ < head.size()) return 0;
        const auto binding = unpack_binding(begin, {});
        const bool is_whole = binding.q <= packed_binding::usual_q && is_contact(binding.uri, binding.params) &&
                              binding.path.find_first_of(line_ends) == binding.path.npos;
        return is_whole ? at_ + head.size() : 0;
    }

private:
    static constexpr std::string_view line_ends{"\r\n\0", 3};

    [[nodiscard]] auto skip_call_id() noexcept -> bool {
        if (bytes_.empty()) return false;
        std::size_t size = static_cast<std::uint8_t>(bytes_[at_++]);
        if (size == packed_call_id::escape) {
            if (bytes_.size() - at_ < sizeof(std::uint16_t)) return false;
            size = load_little_endian<std::uint16_t>(bytes_.data() + at_);
            at_ += sizeof(std::uint16_t);
        }
        if (bytes_.size() - at_ < size) return false;
        at_ += size;
        return true;
    }

    [[nodiscard]] static auto are_known(std::uint16_t flags) noexcept -> bool {
        using part = packed_binding;
        constexpr unsigned both_families = 3;
        return flags < 2 * part::of_flow && (flags & part::over) <= static_cast<unsigned>(protocol::wss) &&
               (flags / part::remote & both_families) != both_families &&
               (flags / part::local & both_families) != both_families;
    }

    [[nodiscard]] static auto begin_of_rest(std::uint16_t flags) noexcept -> std::size_t {
        packed_binding head;
        head.flags = flags;
        return head.begin_of_rest();
    }

    [[nodiscard]] static auto begin_of_texts(const packed_binding& head) noexcept -> std::size_t {
        using part = packed_binding;
        const auto address = [&](part::flag which) -> std::size_t {
            const auto family = head.family(which);
            return family == address_family::ipv4   ? sizeof(ipv4_bytes)
                   : family == address_family::ipv6 ? sizeof(ipv6_bytes)
                                                    : 0;
        };
        return head.begin_of_rest() + (head.has(part::q) ? sizeof(std::uint16_t) : 0) +
               (head.has(part::listener) ? sizeof(std::uint16_t) : 0) +
               (head.has(part::connection) ? 2 * sizeof(std::uint32_t) : 0) + address(part::remote) +
               address(part::local) + 2 * sizeof(std::uint16_t);
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
};

} // namespace detail

/// Says whether bytes that come from outside the program are a record that the library can read: for stores that keep
/// the packed form where others can write, or where it may be damaged.
///
/// Returns: true for no bytes, which are no record; false for another version of the form.
/// Cost:    one pass, and the Contact of each binding is parsed.
[[nodiscard]] inline auto is_record(std::string_view bytes) noexcept -> bool {
    if (bytes.empty()) return true;
    if (bytes.size() < packed_record::size || packed_record::version_at(bytes.data()) != packed_record::version)
        return false;
    const auto head = packed_record::at(bytes.data());
    if (bytes.size() < head.begin_of_bindings() || (head.bindings == 0 && head.tags == 0)) return false;
    bytes.remove_prefix(head.begin_of_bindings());
    for (std::uint16_t i = 0; i < head.bindings; ++i) {
        const auto size = detail::packed_binding_checker{bytes}.size();
        if (size == 0) return false;
        bytes.remove_prefix(size);
    }
    return bytes.empty();
}

} // namespace sipwhere
