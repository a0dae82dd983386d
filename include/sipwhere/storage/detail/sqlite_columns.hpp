// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/little_endian.hpp>
#include <sipwhere/model/binding.hpp>
#include <sipwhere/record/transaction_tag.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere::detail {

/// How protocols are called in the column of that name, by their number.
inline constexpr std::array<std::string_view, 5> sqlite_protocols{"udp", "tcp", "tls", "ws", "wss"};

/// The columns of a binding, as parameters of a statement; those of a query are one less.
struct sqlite_column {
    enum number : int {
        user = 1,
        domain,
        uri,
        twin,
        position,
        expires,
        registered,
        refreshed,
        q,
        call_id,
        cseq,
        protocol,
        source,
        params,
        path,
        user_agent,
        rest,
    };
    static constexpr const char* all = "user, domain, uri, twin, position, expires, registered, refreshed, q, call_id, "
                                       "cseq, protocol, source, params, path, user_agent, rest";
};

/// What the column `rest` holds of a binding: a byte of flags, the size of the address at which its REGISTER arrived,
/// its listener, connection and epoch, that address and its port; then, with the first of a record, the packed
/// transactions that the record remembers. Numbers have their lowest byte first.
struct sqlite_rest {
    static constexpr std::size_t begin_of_address = 2 + sizeof(std::uint16_t) + 2 * sizeof(std::uint32_t);
    static constexpr std::size_t longest = begin_of_address + sizeof(ipv6_bytes) + sizeof(std::uint16_t);
    static constexpr char of_flow = 1;

    /// Returns: how many bytes it took.
    [[nodiscard]] static auto write(const binding_view& binding, std::array<char, longest>& out) noexcept
        -> std::size_t {
        const auto& [remote, local, listener, over, ttl, connection, epoch] = binding.source;
        const auto address = local.address.bytes();
        out[0] = binding.of_flow ? of_flow : char{};
        out[1] = static_cast<char>(address.size());
        store_little_endian(&out[2], listener);
        store_little_endian(&out[4], connection);
        store_little_endian(&out[8], epoch);
        std::copy(address.begin(), address.end(), out.begin() + begin_of_address);
        store_little_endian(&out[begin_of_address + address.size()], local.port);
        return begin_of_address + address.size() + sizeof local.port;
    }

    /// Reads it into a binding. The connection of a run before this one is not read, since it has ended.
    ///
    /// Returns: the bytes of transactions behind it.
    [[nodiscard]] static auto read(std::string_view bytes, binding_view& into, std::string_view& transactions) noexcept
        -> bool {
        if (bytes.size() < begin_of_address + sizeof(std::uint16_t)) return false;
        const auto size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[1]));
        const auto end = begin_of_address + size + sizeof(std::uint16_t);
        if ((size != 0 && size != sizeof(ipv4_bytes) && size != sizeof(ipv6_bytes)) || bytes.size() < end) return false;
        into.of_flow = bytes[0] == of_flow;
        into.source.listener = load_little_endian<std::uint16_t>(&bytes[2]);
        const auto* const address = &bytes[begin_of_address];
        if (size == sizeof(ipv4_bytes)) into.source.local.address = ip_address::v4(copied<ipv4_bytes>(address));
        if (size == sizeof(ipv6_bytes)) into.source.local.address = ip_address::v6(copied<ipv6_bytes>(address));
        into.source.local.port = load_little_endian<std::uint16_t>(address + size);
        transactions = bytes.substr(end);
        return transactions.size() % transaction_tag::packed_size == 0;
    }

private:
    template <typename Bytes>
    [[nodiscard]] static auto copied(const char* from) noexcept -> Bytes {
        Bytes made{};
        std::copy(from, from + made.size(), made.begin());
        return made;
    }
};

} // namespace sipwhere::detail
