// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/base/little_endian.hpp>
#include <sipwhere/model/binding.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

namespace sipwhere {

namespace detail {

/// Reads one thing after another from bytes that may lie anywhere.
class unpacker {
public:
    explicit unpacker(const char* from) noexcept : from_(from) {}

    template <typename T>
    [[nodiscard]] auto read() noexcept -> T {
        T made;
        std::memcpy(&made, from_, sizeof made);
        from_ += sizeof made;
        if constexpr (std::unsigned_integral<T>) return little_endian(made);
        else return made;
    }

    [[nodiscard]] auto read_endpoint(address_family family) noexcept -> endpoint {
        endpoint end;
        if (family == address_family::ipv4) end.address = ip_address::v4(read<ipv4_bytes>());
        else if (family == address_family::ipv6) end.address = ip_address::v6(read<ipv6_bytes>());
        end.port = read<std::uint16_t>();
        return end;
    }

    [[nodiscard]] auto read_text(std::size_t size) noexcept -> std::string_view {
        const std::string_view text{from_, size};
        from_ += size;
        return text;
    }

private:
    const char* from_;
};

/// Writes one thing after another to bytes that may lie anywhere, and are enough.
class packer {
public:
    explicit packer(char* to) noexcept : to_(to) {}

    template <typename T>
    auto write(const T& value) noexcept -> packer& {
        if constexpr (std::unsigned_integral<T>) {
            const auto ordered = little_endian(value);
            return write(&ordered, sizeof ordered);
        } else {
            return write(&value, sizeof value);
        }
    }

    auto write(const void* from, std::size_t size) noexcept -> packer& {
        if (size != 0) std::memcpy(to_, from, size);
        to_ += size;
        return *this;
    }

    void write_endpoint(const endpoint& end) noexcept {
        const auto bytes = end.address.bytes();
        write(bytes.data(), bytes.size()).write(end.port);
    }

    [[nodiscard]] auto at() const noexcept -> const char* { return to_; }

private:
    char* to_;
};

} // namespace detail

/// How the Call-ID is kept that stands before each packed binding: its size in one byte, and the text.
///
/// A size of 0 is that of the binding before, so that bindings side by side share one copy; before the first binding
/// it is an empty one. A size of 255 says that two bytes with the size follow.
struct packed_call_id {
    static constexpr std::uint8_t same = 0;
    static constexpr std::uint8_t escape = 0xff;

    static constexpr std::size_t longest = std::numeric_limits<std::uint16_t>::max();

    /// Returns: how many bytes a Call-ID of at most `longest` takes behind a binding with the Call-ID `before`.
    [[nodiscard]] static constexpr auto size_of(std::string_view text, std::string_view before) noexcept
        -> std::size_t {
        if (text == before) return 1;
        return (is_short(text) ? 1 : 1 + sizeof(std::uint16_t)) + text.size();
    }

    /// Writes a Call-ID to the bytes that end at `end`, which may hold its text already.
    ///
    /// Returns: where its bytes begin.
    static auto write_before(char* end, std::string_view text, std::string_view before) noexcept -> char* {
        const auto size = size_of(text, before);
        char* const begin = end - size;
        if (size == 1) {
            *begin = static_cast<char>(same);
            return begin;
        }
        if (!text.empty()) std::memmove(end - text.size(), text.data(), text.size());
        const auto length = static_cast<std::uint16_t>(text.size());
        *begin = static_cast<char>(is_short(text) ? length : escape);
        if (!is_short(text)) store_little_endian(begin + 1, length);
        return begin;
    }

    /// Reads a Call-ID and moves `at` behind it, where its binding begins.
    [[nodiscard]] static auto read(const char*& at, std::string_view before) noexcept -> std::string_view {
        std::size_t size = static_cast<std::uint8_t>(*at++);
        if (size == same) return before;
        if (size == escape) {
            size = load_little_endian<std::uint16_t>(at);
            at += sizeof(std::uint16_t);
        }
        const std::string_view text{at, size};
        at += size;
        return text;
    }

private:
    [[nodiscard]] static constexpr auto is_short(std::string_view text) noexcept -> bool {
        return !text.empty() && text.size() < escape;
    }
};

/// How a binding begins in the bytes of a record, behind its Call-ID.
///
/// First come 21 bytes that every binding has: four numbers, flags, where the texts begin, and the low bytes of the
/// sizes of two texts. Then comes what the flags tell to be there: the high bytes of those sizes, the sizes of the
/// path and of the User-Agent, q, the listener, a connection and its epoch; then the two addresses, each with
/// its port, and the texts. Numbers have their lowest byte first, on every machine; `packed_record::version` numbers
/// this form.
struct packed_binding {
    std::uint32_t cseq = 0;
    seconds32 due = 0;
    seconds32 first = 0;
    seconds32 last = 0;
    std::uint16_t flags = 0;
    std::uint8_t begin_of_texts = 0;
    std::array<std::uint8_t, 2> low_sizes{}; ///< of URI and parameters
    std::array<std::uint8_t, 2> high_sizes{};
    std::uint16_t path_size = 0;
    std::uint8_t user_agent_size = 0;

    /// Three bits for the protocol, two for the family of each address, and one for each thing that is seldom there.
    enum flag : std::uint16_t {
        over = 7U,
        remote = 1U << 3U,
        local = 1U << 5U,
        long_texts = 1U << 7U,
        path = 1U << 8U,
        q = 1U << 9U,
        listener = 1U << 10U,
        connection = 1U << 11U,
        user_agent = 1U << 12U,
        of_flow = 1U << 13U, ///< takes no bytes
        further_sizes = long_texts | path | user_agent, ///< any of what `begin_of_rest` is behind
    };

    static constexpr std::uint16_t usual_q = 1000; ///< takes no bytes
    static constexpr std::size_t always = 21; ///< bytes that every binding begins with
    static constexpr std::size_t
        most_beside_texts = ///< with what stands before the Call-ID; a User-Agent takes one byte more
        1 + always + 7 * sizeof(std::uint16_t) + 2 * sizeof(std::uint32_t) + 2 * sizeof(ipv6_bytes);

    [[nodiscard]] constexpr auto has(flag which) const noexcept -> bool { return (flags & which) != 0; }

    /// Returns: the family of an address, `remote` or `local`.
    [[nodiscard]] constexpr auto family(flag which) const noexcept -> address_family {
        return static_cast<address_family>(flags / which & 3U);
    }

    /// Returns: where q begins, or what comes first of what follows it.
    [[nodiscard]] constexpr auto begin_of_rest() const noexcept -> std::size_t {
        if (!has(further_sizes)) return always;
        return always + (has(long_texts) ? sizeof high_sizes : 0U) + (has(path) ? sizeof path_size : 0U) +
               (has(user_agent) ? sizeof user_agent_size : 0U);
    }

    /// Returns: the size of the URI or the parameters.
    [[nodiscard]] constexpr auto text_size(std::size_t index) const noexcept -> std::size_t {
        return std::size_t{high_sizes[index]} << 8U | low_sizes[index];
    }

    /// Returns: how many bytes the binding takes behind its Call-ID.
    [[nodiscard]] constexpr auto size() const noexcept -> std::size_t {
        return begin_of_texts + text_size(0) + text_size(1) + path_size + user_agent_size;
    }

    /// Returns: how a binding with so many bytes of parameters will begin; no text has more than 65,535 bytes.
    [[nodiscard]] static constexpr auto of(const binding_view& binding, std::size_t params) noexcept -> packed_binding {
        const auto& source = binding.source;
        const auto uri = binding.uri.size();
        const auto byte = [](std::size_t value) { return static_cast<std::uint8_t>(value & 0xff); };
        packed_binding head{.cseq = binding.cseq,
                            .due = binding.due,
                            .first = binding.first,
                            .last = binding.last,
                            .low_sizes = {byte(uri), byte(params)},
                            .high_sizes = {byte(uri >> 8U), byte(params >> 8U)},
                            .path_size = static_cast<std::uint16_t>(binding.path.size()),
                            .user_agent_size = byte(binding.user_agent.size())};
        unsigned flags = static_cast<unsigned>(source.over) |
                         remote * static_cast<unsigned>(source.remote.address.family()) |
                         local * static_cast<unsigned>(source.local.address.family()) |
                         (binding.of_flow ? static_cast<unsigned>(of_flow) : 0U);
        std::size_t begin = always + source.remote.address.bytes().size() + source.local.address.bytes().size() +
                            2 * sizeof source.remote.port;
        const auto add = [&](bool is_there, flag which, std::size_t bytes) {
            if (is_there) flags |= which, begin += bytes;
        };
        add((uri | params) > 0xff, long_texts, sizeof head.high_sizes);
        add(head.path_size != 0, path, sizeof head.path_size);
        add(head.user_agent_size != 0, user_agent, sizeof head.user_agent_size);
        add(binding.q != usual_q, q, sizeof binding.q);
        add(source.listener != 0, listener, sizeof source.listener);
        add(source.connection != 0, connection, sizeof source.connection + sizeof source.epoch);
        head.flags = static_cast<std::uint16_t>(flags);
        head.begin_of_texts = static_cast<std::uint8_t>(begin);
        return head;
    }

    /// Reads how the binding at `bytes` begins.
    [[nodiscard]] static auto at(const char* bytes) noexcept -> packed_binding {
        packed_binding head;
        std::memcpy(static_cast<void*>(&head), bytes, always);
        head.order_numbers();
        if (!head.has(further_sizes)) return head;
        detail::unpacker from{bytes + always};
        if (head.has(long_texts)) head.high_sizes = from.read<decltype(high_sizes)>();
        if (head.has(path)) head.path_size = from.read<std::uint16_t>();
        if (head.has(user_agent)) head.user_agent_size = from.read<std::uint8_t>();
        return head;
    }

    /// Writes other numbers over those of the binding at `bytes`.
    static void renew(char* bytes, std::uint32_t cseq, seconds32 due, seconds32 first, seconds32 last) noexcept {
        detail::packer{bytes}.write(cseq).write(due).write(first).write(last);
    }

    void write(detail::packer& to) const noexcept {
        auto ordered = *this;
        ordered.order_numbers();
        to.write(&ordered, always);
        if (has(long_texts)) to.write(high_sizes);
        if (has(path)) to.write(path_size);
        if (has(user_agent)) to.write(user_agent_size);
    }

private:
    /// Turns the numbers at the beginning from the order of this machine to that of the bytes, or back.
    constexpr void order_numbers() noexcept {
        for (auto* const number : {&cseq, &due, &first, &last}) *number = little_endian(*number);
        flags = little_endian(flags);
    }
};
static_assert(offsetof(packed_binding, high_sizes) == packed_binding::always);

/// What most rules ask of a binding: all but the way it came, its path and what only operators look at.
struct brief_binding {
    std::string_view uri{};
    std::string_view params{};
    std::string_view call_id{};
    std::uint32_t cseq = 0;
    seconds32 due = 0;
    seconds32 last = 0;

    [[nodiscard]] constexpr auto is_static() const noexcept -> bool { return due == never32; }
    [[nodiscard]] constexpr auto is_live(instant now) const noexcept -> bool { return is_live_until(due, now); }
    [[nodiscard]] constexpr auto remaining(instant now) const noexcept -> std::uint32_t {
        return remaining_until(due, now);
    }
};

/// Returns: the members that most rules need of the binding at `bytes`, behind its Call-ID; cheaper than all of it.
[[nodiscard]] inline auto unpack_brief(const char* bytes, std::string_view call_id) noexcept -> brief_binding {
    const auto head = packed_binding::at(bytes);
    detail::unpacker from{bytes + head.begin_of_texts};
    return {
        from.read_text(head.text_size(0)), from.read_text(head.text_size(1)), call_id, head.cseq, head.due, head.last};
}

/// Returns: q of the binding that lies at `bytes`.
[[nodiscard]] inline auto unpack_q(const char* bytes) noexcept -> std::uint16_t {
    const auto head = packed_binding::at(bytes);
    return head.has(packed_binding::q) ? detail::unpacker{bytes + head.begin_of_rest()}.read<std::uint16_t>()
                                       : packed_binding::usual_q;
}

/// Returns: the binding that lies at `bytes`, behind its Call-ID; its texts are views into them.
[[nodiscard]] inline auto unpack_binding(const char* bytes, std::string_view call_id) noexcept -> binding_view {
    using part = packed_binding;
    const auto head = part::at(bytes);
    detail::unpacker from{bytes + head.begin_of_rest()};
    binding_view made{.call_id = call_id, .cseq = head.cseq, .due = head.due, .first = head.first, .last = head.last};
    auto& source = made.source;
    source.over = static_cast<protocol>(head.flags & part::over);
    if (head.has(part::q)) made.q = from.read<std::uint16_t>();
    if (head.has(part::listener)) source.listener = from.read<std::uint16_t>();
    if (head.has(part::connection)) {
        source.connection = from.read<std::uint32_t>();
        source.epoch = from.read<std::uint32_t>();
    }
    source.remote = from.read_endpoint(head.family(part::remote));
    source.local = from.read_endpoint(head.family(part::local));
    from = detail::unpacker{bytes + head.begin_of_texts};
    made.uri = from.read_text(head.text_size(0));
    made.params = from.read_text(head.text_size(1));
    made.path = from.read_text(head.path_size);
    made.user_agent = from.read_text(head.user_agent_size);
    made.of_flow = head.has(part::of_flow);
    return made;
}

/// Writes a binding at the beginning of `out`, without its Call-ID; `more_params` stand behind those it names.
///
/// Returns: how many bytes it took; 0 when it did not fit or one of its texts is over 65,535 bytes,
///          its User-Agent over 255.
[[nodiscard]] inline auto pack_binding(const binding_view& binding, std::string_view more_params,
                                       std::span<char> out) noexcept -> std::size_t {
    using part = packed_binding;
    constexpr std::size_t longest = std::numeric_limits<std::uint16_t>::max();
    const auto params = binding.params.size() + more_params.size();
    if (binding.uri.size() > longest || params > longest || binding.path.size() > longest ||
        binding.user_agent.size() > 0xff)
        return 0;
    const auto head = part::of(binding, params);
    const auto size = head.size();
    if (size > out.size()) return 0;
    const auto& source = binding.source;
    detail::packer to{out.data()};
    head.write(to);
    if (head.has(part::q)) to.write(binding.q);
    if (head.has(part::listener)) to.write(source.listener);
    if (head.has(part::connection)) to.write(source.connection).write(source.epoch);
    to.write_endpoint(source.remote);
    to.write_endpoint(source.local);
    for (const auto text : {binding.uri, binding.params, more_params, binding.path, binding.user_agent})
        to.write(text.data(), text.size());
    SIPWHERE_ASSERT(to.at() == out.data() + size);
    return size;
}

} // namespace sipwhere
