// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace sipwhere_test {

/// A text at whose ends the address sanitizer watches, and of which nothing is aligned.
class exact_copy {
public:
    explicit exact_copy(std::string_view text) : bytes_(std::make_unique<char[]>(text.size())), size_(text.size()) {
        text.copy(bytes_.get(), size_);
    }
    [[nodiscard]] auto view() const -> std::string_view { return {bytes_.get(), size_}; }

private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

} // namespace sipwhere_test
