// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/record/record_view.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sipwhere {

/// Writes a record into a caller's bytes: all tags first, then the bindings, up to 1,023 bindings and 2,047 tags.
class record_builder {
public:
    explicit record_builder(std::span<char> out) noexcept : out_(out), fits_(out.size() >= packed_record::size) {
        if (fits_) size_ = packed_record::size;
    }

    [[nodiscard]] auto fits() const noexcept -> bool { return fits_; }
    [[nodiscard]] auto size() const noexcept -> std::size_t { return head_.bindings; }

    /// Returns: how many bytes are left.
    [[nodiscard]] auto capacity_left() const noexcept -> std::size_t { return out_.size() - size_; }

    void add(const transaction_tag& tag) noexcept {
        SIPWHERE_ASSERT(head_.bindings == 0);
        if (head_.tags == packed_record::most_tags) fits_ = false;
        else if (capacity_left() < transaction_tag::packed_size) fits_ = false;
        else tag.write(out_.data() + std::exchange(size_, size_ + transaction_tag::packed_size)), ++head_.tags;
    }

    /// Adds the tags of another record from `first` up to `last`, byte by byte.
    ///
    /// Returns: where they begin; null when they do not fit.
    [[nodiscard]] auto add_tags_of(record_view record, std::size_t first, std::size_t last) noexcept -> char* {
        SIPWHERE_ASSERT(head_.bindings == 0 && first <= last && last <= record.tag_count());
        const auto before = size_;
        fits_ = fits_ && last - first <= std::size_t{packed_record::most_tags} - head_.tags;
        if (first == last) return fits_ ? out_.data() + before : nullptr;
        if (!append(record.bytes().data() + packed_record::begin_of_tag(first),
                    (last - first) * transaction_tag::packed_size))
            return nullptr;
        head_.tags = static_cast<std::uint16_t>(head_.tags + (last - first));
        return out_.data() + before;
    }

    /// Adds a binding; `more_params` stand behind the parameters that it names.
    void add(const binding_view& binding, std::string_view more_params = {}) noexcept {
        if (!begin_binding(binding.call_id)) return;
        const auto used = pack_binding(binding, more_params, out_.subspan(size_));
        fits_ = used != 0;
        head_.bindings = static_cast<std::uint16_t>(head_.bindings + (fits_ ? 1 : 0));
        size_ += used;
    }

    /// Adds a binding of another record, byte by byte.
    void add_packed(const binding_iterator& at) noexcept {
        if (!begin_binding(at.call_id())) return;
        const auto body = at.body();
        if (append(body.data(), body.size())) ++head_.bindings;
    }

    /// Adds all bindings of another record at once, byte by byte; none were added before.
    ///
    /// Returns: where they begin; null when they do not fit.
    [[nodiscard]] auto add_bindings_of(record_view record) noexcept -> char* {
        SIPWHERE_ASSERT(head_.bindings == 0);
        const auto* const begin = record.begin_of_bindings();
        const auto before = size_;
        if (!append(begin, static_cast<std::size_t>(record.bytes().data() + record.bytes().size() - begin)))
            return nullptr;
        head_.bindings = static_cast<std::uint16_t>(record.size());
        return out_.data() + before;
    }

    /// Adds a binding like `add_packed`, unless it does not fit.
    ///
    /// Returns: whether it was added; all is as before if not.
    [[nodiscard]] auto add_if_fits(const binding_iterator& at) noexcept -> bool {
        const auto before = *this;
        add_packed(at);
        if (fits_) return true;
        *this = before;
        return false;
    }

    /// Returns: the record, or an empty one when nothing was added; call it only when all fitted.
    [[nodiscard]] auto finish() noexcept -> record_view {
        SIPWHERE_ASSERT(fits_);
        if (head_.bindings == 0 && head_.tags == 0) return {};
        head_.write(out_.data());
        return record_view{std::string_view{out_.data(), size_}};
    }

private:
    /// Writes the Call-ID of the next binding, unless it is that of the one before.
    [[nodiscard]] auto begin_binding(std::string_view call_id) noexcept -> bool {
        const auto size = packed_call_id::size_of(call_id, call_id_);
        fits_ = fits_ && head_.bindings != packed_record::most_bindings && call_id.size() <= packed_call_id::longest &&
                size <= capacity_left();
        if (!fits_) return false;
        size_ += size;
        packed_call_id::write_before(out_.data() + size_, call_id, call_id_);
        if (size != 1) call_id_ = {out_.data() + size_ - call_id.size(), call_id.size()};
        return true;
    }

    auto append(const void* bytes, std::size_t size) noexcept -> bool {
        if (!fits_ || out_.size() - size_ < size) {
            fits_ = false;
            return false;
        }
        if (size != 0) std::memcpy(out_.data() + size_, bytes, size);
        size_ += size;
        return true;
    }

    std::span<char> out_;
    std::size_t size_ = 0;
    std::string_view call_id_; ///< of the last binding, in `out_`
    packed_record head_;
    bool fits_;
};

/// Takes what is due out of a record, in place.
///
/// Calls `gone(binding_view, left)` for each binding that has ended, before its bytes go, with how many the record has
/// then; tags that nobody can repeat any more go silently.
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
    const char* from = bytes.data() + packed_record::at(bytes.data()).begin_of_bindings();
    const auto all = record.size();
    auto left = all;
    for (std::size_t i = 0, tags = record.tag_count(); i < tags; ++i) {
        if (!record.tag(i).is_live(now)) continue;
        keep(bytes.data() + packed_record::begin_of_tag(i), transaction_tag::packed_size);
        ++head.tags;
    }
    std::string_view before; // the Call-ID of the binding before,
    std::string_view kept; // and that of the last one that stays; each where it is now
    for (std::size_t i = 0; i < all; ++i) {
        const binding_iterator at{from, 1, before};
        const auto body = at.body();
        from = body.data() + body.size();
        before = at.call_id();
        if (to_instant(at.head().due) <= now) {
            --left;
            if constexpr (std::is_invocable_v<Gone&, const binding_view&>) gone(*at);
            else gone(*at, left);
            continue;
        }
        char* const begin = packed_call_id::write_before(bytes.data() + (body.data() - bytes.data()), before, kept);
        const char* placed = to;
        keep(begin, static_cast<std::size_t>(from - begin));
        before = kept = packed_call_id::read(placed, kept);
        ++head.bindings;
    }
    if (head.bindings == 0 && head.tags == 0) return {};
    head.write(bytes.data());
    return record_view{std::string_view{bytes.data(), static_cast<std::size_t>(to - bytes.data())}};
}

} // namespace sipwhere
