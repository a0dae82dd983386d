// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/transport/detail/byte_io.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sipwhere_test {

/// A connection whose bytes the test brings, and takes away as many as it likes.
class fake_byte_io {
public:
    struct wire {
        std::string to_read, written;
        std::size_t capacity = 1U << 20U; ///< bytes that may still be written
        bool is_gone = false, has_left = false, is_closed = false;
        std::size_t writes = 0;
    };

    explicit fake_byte_io(std::shared_ptr<wire> ends) : wire_(std::move(ends)) {}

    auto read(std::span<char> into, std::size_t& size) -> sipwhere::detail::io_result {
        size = std::min(into.size(), wire_->to_read.size());
        std::copy_n(wire_->to_read.begin(), size, into.begin());
        wire_->to_read.erase(0, size);
        return size == 0 && wire_->is_gone ? sipwhere::detail::io_result::closed : sipwhere::detail::io_result::moved;
    }
    auto write(std::string_view bytes, std::size_t& size) -> sipwhere::detail::io_result {
        ++wire_->writes;
        size = std::min(bytes.size(), wire_->capacity);
        wire_->capacity -= size;
        wire_->written.append(bytes.substr(0, size));
        return wire_->is_gone ? sipwhere::detail::io_result::closed : sipwhere::detail::io_result::moved;
    }
    void leave() { wire_->has_left = true; }
    void close() { wire_->is_closed = true; }

private:
    std::shared_ptr<wire> wire_;
};

} // namespace sipwhere_test
