// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace board {

/// The board's first serial port, polled: a console.
class uart {
public:
    void start() noexcept;

    /// Sends a text; waits while the port is busy.
    void print(std::string_view text) noexcept;

    /// Returns: a character that has arrived.
    [[nodiscard]] auto read() noexcept -> std::optional<char>;
};

} // namespace board
