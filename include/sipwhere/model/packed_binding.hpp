// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/model/binding.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

namespace sipwhere {

/// How a binding lies in the bytes of a record: this header, then the addresses and texts one after another.
///
/// The bytes are in the machine's own order and belong to one program: they are no exchange format.
struct packed_binding {
    std::uint16_t uri_size = 0;
    std::uint16_t params_size = 0;
    std::uint16_t call_id_size = 0;
    std::uint16_t path_size = 0;
    std::uint16_t q = 0;
    std::uint16_t listener = 0;
    std::uint8_t remote_size = 0;
    std::uint8_t local_size = 0;
    protocol over = protocol::udp;
    std::uint8_t has_connection = 0;
    std::uint32_t cseq = 0;
    seconds32 due = 0;
    seconds32 first = 0;
    seconds32 last = 0;

    /// Returns: how many bytes the binding takes, this header included.
    [[nodiscard]] constexpr auto size() const noexcept -> std::size_t {
        const std::size_t ends = std::size_t{remote_size} + local_size + 2 * sizeof(std::uint16_t);
        const std::size_t connection = has_connection != 0 ? 2 * sizeof(std::uint32_t) : 0;
        return sizeof(packed_binding) + ends + connection + uri_size + params_size + call_id_size + path_size;
    }

    /// Reads the header of the binding that begins at `bytes`.
    [[nodiscard]] static auto at(const char* bytes) noexcept -> packed_binding {
        packed_binding head;
        std::memcpy(&head, bytes, sizeof head);
        return head;
    }
};
static_assert(sizeof(packed_binding) == 32);

namespace detail {

[[nodiscard]] inline auto unpack_endpoint(const char*& from, std::uint8_t size) noexcept -> endpoint {
    endpoint end;
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), from, size);
    if (size == 4) end.address = ip_address::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
    else if (size == 16) end.address = ip_address::v6(bytes);
    std::memcpy(&end.port, from + size, sizeof end.port);
    from += size + sizeof end.port;
    return end;
}

[[nodiscard]] inline auto pack(char* to, const void* from, std::size_t size) noexcept -> char* {
    if (size != 0) std::memcpy(to, from, size);
    return to + size;
}

[[nodiscard]] inline auto pack_endpoint(char* to, const endpoint& end) noexcept -> char* {
    const auto bytes = end.address.bytes();
    return pack(pack(to, bytes.data(), bytes.size()), &end.port, sizeof end.port);
}

} // namespace detail

/// Returns: the binding that lies at `bytes`; its texts are views into them.
[[nodiscard]] inline auto unpack_binding(const char* bytes) noexcept -> binding_view {
    const auto head = packed_binding::at(bytes);
    const char* from = bytes + sizeof head;
    binding_view made{.cseq = head.cseq, .due = head.due, .first = head.first, .last = head.last, .q = head.q};
    made.source.listener = head.listener;
    made.source.over = head.over;
    made.source.remote = detail::unpack_endpoint(from, head.remote_size);
    made.source.local = detail::unpack_endpoint(from, head.local_size);
    if (head.has_connection != 0) {
        std::memcpy(&made.source.connection, from, sizeof made.source.connection);
        std::memcpy(&made.source.epoch, from + sizeof made.source.connection, sizeof made.source.epoch);
        from += 2 * sizeof(std::uint32_t);
    }
    const auto text = [&from](std::size_t size) {
        const std::string_view view{from, size};
        from += size;
        return view;
    };
    made.uri = text(head.uri_size);
    made.params = text(head.params_size);
    made.call_id = text(head.call_id_size);
    made.path = text(head.path_size);
    return made;
}

/// Writes a binding at the beginning of `out`.
///
/// Returns: how many bytes it took; 0 when it did not fit or one of its texts is over 65,535 bytes.
[[nodiscard]] inline auto pack_binding(const binding_view& binding, std::span<char> out) noexcept -> std::size_t {
    constexpr std::size_t longest = std::numeric_limits<std::uint16_t>::max();
    if (binding.uri.size() > longest || binding.params.size() > longest || binding.call_id.size() > longest ||
        binding.path.size() > longest)
        return 0;
    const auto& source = binding.source;
    const packed_binding head{.uri_size = static_cast<std::uint16_t>(binding.uri.size()),
                              .params_size = static_cast<std::uint16_t>(binding.params.size()),
                              .call_id_size = static_cast<std::uint16_t>(binding.call_id.size()),
                              .path_size = static_cast<std::uint16_t>(binding.path.size()),
                              .q = binding.q,
                              .listener = source.listener,
                              .remote_size = static_cast<std::uint8_t>(source.remote.address.bytes().size()),
                              .local_size = static_cast<std::uint8_t>(source.local.address.bytes().size()),
                              .over = source.over,
                              .has_connection = source.connection != 0,
                              .cseq = binding.cseq,
                              .due = binding.due,
                              .first = binding.first,
                              .last = binding.last};
    if (head.size() > out.size()) return 0;
    char* to = detail::pack(out.data(), &head, sizeof head);
    to = detail::pack_endpoint(to, source.remote);
    to = detail::pack_endpoint(to, source.local);
    if (head.has_connection != 0) {
        to = detail::pack(to, &source.connection, sizeof source.connection);
        to = detail::pack(to, &source.epoch, sizeof source.epoch);
    }
    for (const auto text : {binding.uri, binding.params, binding.call_id, binding.path})
        to = detail::pack(to, text.data(), text.size());
    SIPWHERE_ASSERT(to == out.data() + head.size());
    return head.size();
}

} // namespace sipwhere
