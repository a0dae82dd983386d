// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// A list of texts that the compiler joins to one, with two bytes for each beside it; views would take 8 or 16.
template <std::size_t Count, std::size_t Size>
class joined_texts {
public:
    /// `texts` have `Size` characters together.
    constexpr explicit joined_texts(const std::array<std::string_view, Count>& texts) noexcept {
        std::size_t end = 0;
        for (std::size_t i = 0; i < Count; ++i) {
            for (const char c : texts[i]) characters_[end++] = c;
            ends_[i + 1] = static_cast<std::uint16_t>(end);
        }
    }

    [[nodiscard]] static constexpr auto size() noexcept -> std::size_t { return Count; }

    [[nodiscard]] constexpr auto operator[](std::size_t index) const noexcept -> std::string_view {
        const std::size_t begin = ends_[index];
        return {characters_.data() + begin, ends_[index + 1] - begin};
    }

private:
    std::array<std::uint16_t, Count + 1> ends_{}; ///< of the text before each, and of the last
    std::array<char, Size> characters_{};
};

/// Returns: how many characters texts have together.
template <std::size_t Count>
[[nodiscard]] constexpr auto joined_size(const std::array<std::string_view, Count>& texts) noexcept -> std::size_t {
    std::size_t size = 0;
    for (const auto text : texts) size += text.size();
    return size;
}

} // namespace sipwhere
