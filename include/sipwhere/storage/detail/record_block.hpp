// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/model/aor.hpp>
#include <sipwhere/record/record_view.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>

namespace sipwhere::detail {

/// A record of a `hash_storage` with its key, in a block.
///
/// First come the index of its node, 4 bytes, the number of bytes at the end that are unused, 2, and the sizes of user
/// and domain, 1 each; when one of them is over 254 the former is 255 and 2 bytes of each follow. Then come user,
/// domain and record.
class record_block {
public:
    /// Every text of a key has to be shorter.
    static constexpr std::size_t longest_text = std::numeric_limits<std::uint16_t>::max();

    record_block(char* bytes, std::size_t size) noexcept : bytes_(bytes), size_(size) {}

    /// Returns: the bytes that a key and its record need.
    [[nodiscard]] static constexpr auto size_for(const aor_view& key, std::size_t record) noexcept -> std::size_t {
        return (is_long(key) ? end_of_long_sizes : end_of_sizes) + key.user.size() + key.domain.size() + record;
    }

    [[nodiscard]] auto owner() const noexcept -> std::uint32_t { return read<std::uint32_t>(0); }

    [[nodiscard]] auto key() const noexcept -> aor_view {
        std::size_t user = read<std::uint8_t>(begin_of_sizes);
        std::size_t domain = read<std::uint8_t>(begin_of_sizes + 1);
        const char* text = bytes_ + end_of_sizes;
        if (user == escape) {
            user = read<std::uint16_t>(end_of_sizes);
            domain = read<std::uint16_t>(end_of_sizes + 2);
            text = bytes_ + end_of_long_sizes;
        }
        return {{text, user}, {text + user, domain}};
    }

    /// Returns: the bytes of the record.
    [[nodiscard]] auto bytes() const noexcept -> std::span<char> {
        const auto begin = begin_of_record();
        return {bytes_ + begin, size_ - read<std::uint16_t>(begin_of_unused) - begin};
    }
    [[nodiscard]] auto record() const noexcept -> record_view {
        const auto all = bytes();
        return record_view{std::string_view{all.data(), all.size()}};
    }

    void write_key(std::uint32_t owner, const aor_view& key) const noexcept {
        write(0, owner);
        std::size_t at = end_of_sizes;
        if (is_long(key)) {
            write(begin_of_sizes, escape);
            write(end_of_sizes, static_cast<std::uint16_t>(key.user.size()));
            write(end_of_sizes + 2, static_cast<std::uint16_t>(key.domain.size()));
            at = end_of_long_sizes;
        } else {
            write(begin_of_sizes, static_cast<std::uint8_t>(key.user.size()));
            write(begin_of_sizes + 1, static_cast<std::uint8_t>(key.domain.size()));
        }
        at += key.user.copy(bytes_ + at, key.user.size());
        key.domain.copy(bytes_ + at, key.domain.size());
    }

    /// Exchanges the record behind the key; its bytes may be part of the old one.
    void write_record(std::string_view record) const noexcept {
        const auto begin = begin_of_record();
        SIPWHERE_ASSERT(begin + record.size() <= size_);
        std::memmove(bytes_ + begin, record.data(), record.size());
        write(begin_of_unused, static_cast<std::uint16_t>(size_ - begin - record.size()));
    }

private:
    static constexpr std::size_t begin_of_unused = 4;
    static constexpr std::size_t begin_of_sizes = 6;
    static constexpr std::size_t end_of_sizes = 8;
    static constexpr std::size_t end_of_long_sizes = 12;
    static constexpr std::uint8_t escape = 0xff;

    [[nodiscard]] static constexpr auto is_long(const aor_view& key) noexcept -> bool {
        return key.user.size() >= escape || key.domain.size() > escape;
    }

    [[nodiscard]] auto begin_of_record() const noexcept -> std::size_t {
        const auto last = key().domain;
        return static_cast<std::size_t>(last.data() - bytes_) + last.size();
    }

    template <typename T>
    [[nodiscard]] auto read(std::size_t at) const noexcept -> T {
        T value;
        std::memcpy(&value, bytes_ + at, sizeof value);
        return value;
    }
    template <typename T>
    void write(std::size_t at, T value) const noexcept {
        std::memcpy(bytes_ + at, &value, sizeof value);
    }

    char* bytes_;
    std::size_t size_;
};

} // namespace sipwhere::detail
