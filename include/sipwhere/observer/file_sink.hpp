// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string_view>

namespace sipwhere {

/// Takes lines for a C stream, standard error unless it is told another; each is written in one piece.
///
/// The calling thread waits until the line is written: for ever, if the stream is a pipe that nobody reads.
/// `background_sink` never waits.
class file_sink {
public:
    file_sink() noexcept : to_(stderr) {}
    explicit file_sink(std::FILE* to) noexcept : to_(to) {}

    void operator()(std::string_view line) const noexcept {
        std::array<char, 1025> piece; // as long as a log line may be, and its end
        const auto size = std::min(line.size(), piece.size() - 1);
        line.copy(piece.data(), size);
        piece[size] = '\n';
        // Where a log can't be written, nobody can be told.
        [[maybe_unused]] const auto written = std::fwrite(piece.data(), 1, size + 1, to_);
    }

private:
    std::FILE* to_;
};

} // namespace sipwhere
