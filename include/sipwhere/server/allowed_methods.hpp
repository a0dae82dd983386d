// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/server/method_set.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace sipwhere {

/// The value of Allow (RFC 3261 §20.5), written when it is compiled.
class allowed_methods {
public:
    /// What a server answers itself is listed behind what its handlers serve.
    constexpr explicit allowed_methods(method_set served) noexcept {
        constexpr std::array own{method::options, method::cancel, method::ack};
        for (std::size_t i = 0; i < static_cast<std::size_t>(method::unknown); ++i) {
            const auto each = static_cast<method>(i);
            if (served.has(each) && each != own[0] && each != own[1] && each != own[2]) add(each);
        }
        for (const auto each : own) add(each);
    }

    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view { return {text_.data(), size_}; }

private:
    constexpr void add(method added) noexcept {
        for (const char c : std::string_view{size_ == 0 ? "" : ", "}) text_[size_++] = c;
        for (const char c : text_of(added)) text_[size_++] = c;
    }

    std::array<char, 160> text_{};
    std::size_t size_ = 0;
};

} // namespace sipwhere
