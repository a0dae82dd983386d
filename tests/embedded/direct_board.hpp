// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "board/semihosting.hpp"
#include "board/stack.hpp"

#include <sipwhere/base/writer.hpp>
#include <sipwhere/policy/transport.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// Hands over what it is told to, and remembers what was answered.
struct direct_transport {
    sipwhere::receiver_ref receiver;
    std::string_view answered; ///< lies in the registrar's memory

    auto listen(sipwhere::receiver_ref to) -> sipwhere::result<void> {
        receiver = to;
        return {};
    }
    void stop() { receiver = {}; }
    auto send(const sipwhere::flow&, std::string_view bytes) -> bool {
        answered = bytes;
        return true;
    }
    [[nodiscard]] auto is_own(const sipwhere::endpoint&) const -> bool { return false; }
};

/// Returns: instructions since the board was started.
inline auto instructions() noexcept -> std::uint32_t {
    constexpr std::uint32_t nanoseconds_a_cycle = 40, nanoseconds_an_instruction = 256;
    const auto cycles = *reinterpret_cast<const volatile std::uint32_t*>(std::uintptr_t{0x40028018});
    return static_cast<std::uint32_t>(std::uint64_t{cycles} * nanoseconds_a_cycle / nanoseconds_an_instruction);
}

inline void print(std::string_view name, std::size_t value) {
    std::array<char, 64> room{};
    sipwhere::writer out{room};
    out.put(name).put('\t').put_number(static_cast<std::uint32_t>(value)).put('\n');
    board::semihosting::print(out.text());
}

/// Returns: the instructions that one datagram takes.
inline auto deliver(direct_transport& transport, std::string_view bytes) -> std::uint32_t {
    const sipwhere::datagram arrived{{.remote = {sipwhere::ip_address::v4({192, 0, 2, 7}), 5060},
                                      .local = {sipwhere::ip_address::v4({192, 0, 2, 1}), 5060}},
                                     bytes};
    transport.answered = {};
    const auto before = instructions();
    transport.receiver.receive({&arrived, 1});
    return instructions() - before;
}

/// Delivers a request and prints what it took; ends the program when it is not answered as it should be.
inline void measure(direct_transport& transport, std::string_view name, std::string_view sent,
                    std::string_view expected) {
    const auto taken = deliver(transport, sent);
    if (!transport.answered.starts_with(expected)) {
        board::semihosting::print(transport.answered);
        board::semihosting::exit(1);
    }
    print(name, taken);
}
