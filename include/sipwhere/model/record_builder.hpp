// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/model/record.hpp>

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace sipwhere {

/// Writes a record into a caller's bytes: all tags first, up to 15, then the bindings, up to 4,095.
class record_builder {
public:
    explicit record_builder(std::span<char> out) noexcept : out_(out), fits_(out.size() >= packed_record::size) {
        if (fits_) size_ = packed_record::size;
    }

    [[nodiscard]] auto fits() const noexcept -> bool { return fits_; }
    [[nodiscard]] auto size() const noexcept -> std::size_t { return head_.bindings; }

    /// Returns: how many bytes are left.
    [[nodiscard]] auto room() const noexcept -> std::size_t { return out_.size() - size_; }

    void add(const transaction_tag& tag) noexcept {
        SIPWHERE_ASSERT(head_.bindings == 0);
        if (head_.tags == packed_record::most_tags) fits_ = false;
        else if (append(&tag, sizeof tag)) ++head_.tags;
    }

    void add(const binding_view& binding) noexcept {
        const auto used = fits_ ? pack_binding(binding, out_.subspan(size_)) : 0;
        if (used == 0 || head_.bindings == packed_record::most_bindings) {
            fits_ = false;
            return;
        }
        size_ += used;
        ++head_.bindings;
    }

    /// Takes over a binding as it lies in another record.
    void add_packed(std::string_view bytes) noexcept {
        if (head_.bindings == packed_record::most_bindings) fits_ = false;
        else if (append(bytes.data(), bytes.size())) ++head_.bindings;
    }

    /// Returns: the record, or an empty one when nothing was added; call it only when all fitted.
    [[nodiscard]] auto finish() noexcept -> record_view {
        SIPWHERE_ASSERT(fits_);
        if (head_.bindings == 0 && head_.tags == 0) return {};
        head_.write(out_.data());
        return record_view{std::string_view{out_.data(), size_}};
    }

private:
    auto append(const void* bytes, std::size_t size) noexcept -> bool {
        if (!fits_ || out_.size() - size_ < size) {
            fits_ = false;
            return false;
        }
        std::memcpy(out_.data() + size_, bytes, size);
        size_ += size;
        return true;
    }

    std::span<char> out_;
    std::size_t size_ = 0;
    packed_record head_;
    bool fits_;
};

/// Takes what is due out of a record, in place.
///
/// Calls `gone(binding_view)` for each binding that has ended, before its bytes go; tags that nobody can repeat any
/// more go silently.
/// Returns: what is left, at the beginning of the same bytes; empty when nothing is.
/// Cost:    one pass, nothing is moved when nothing was due.
template <typename Gone>
[[nodiscard]] auto drop_due(std::span<char> bytes, instant now, Gone&& gone) -> record_view {
    if (bytes.empty()) return {};
    const record_view record{std::string_view{bytes.data(), bytes.size()}};
    packed_record head;
    char* to = bytes.data() + packed_record::size;
    const auto keep = [&to](const char* from, std::size_t size) {
        if (to != from) std::memmove(to, from, size);
        to += size;
    };
    auto at = record.begin();
    const auto all = record.size();
    for (std::size_t i = 0, tags = record.tag_count(); i < tags; ++i) {
        if (!record.tag(i).is_live(now)) continue;
        keep(bytes.data() + packed_record::begin_of_tag(i), sizeof(transaction_tag));
        ++head.tags;
    }
    for (std::size_t i = 0; i < all; ++i) {
        const auto packed = at.bytes();
        const auto due = to_instant(at.head().due);
        const auto next = packed.data() + packed.size();
        if (due <= now) gone(*at);
        else keep(packed.data(), packed.size()), ++head.bindings;
        at = binding_iterator{next, all - i - 1};
    }
    if (head.bindings == 0 && head.tags == 0) return {};
    head.write(bytes.data());
    return record_view{std::string_view{bytes.data(), static_cast<std::size_t>(to - bytes.data())}};
}

} // namespace sipwhere
