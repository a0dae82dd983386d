// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/memory/answer_memory.hpp>
#include <sipwhere/model/instant.hpp>

#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sipwhere {

/// The last responses, so that a repeat is answered with the same bytes. The oldest go when the ring is full.
///
/// Entries are numbered for ever; a bucket names its newest entry and each entry the one before it, so that an
/// entry is forgotten by leaving the window of numbers, without being unlinked.
///
/// Spec: RFC 3261 §17.2.2, Completed state and timer J.
class response_ring {
public:
    explicit response_ring(const answer_memory& memory) noexcept
        : entries_(memory.ring), buckets_(memory.buckets), text_(memory.text) {
        SIPWHERE_ASSERT(entries_.empty() || std::has_single_bit(entries_.size()));
        SIPWHERE_ASSERT(buckets_.empty() || std::has_single_bit(buckets_.size()));
    }

    /// How long a response is remembered: timer J, 64*T1.
    static constexpr std::chrono::milliseconds lifetime{32'000};

    /// Returns: the response to an earlier arrival of the same request, empty if none is remembered.
    /// Cost:    the length of one bucket, a few entries.
    [[nodiscard]] auto find(std::uint64_t key, instant now) const noexcept -> std::string_view {
        if (buckets_.empty()) return {};
        auto within = newest_ - oldest_;
        auto number = bucket(key);
        while (number - oldest_ < within) {
            const auto& found = entry(number);
            if (found.key == key) {
                if (instant{found.at} + lifetime <= now) return {};
                return {text_.data() + found.offset, found.size};
            }
            within = number - oldest_;
            number = found.older;
        }
        return {};
    }

    /// Remembers a response; one that is larger than all the ring's text is not.
    void remember(std::uint64_t key, std::string_view response, instant now) noexcept {
        if (entries_.empty() || buckets_.empty() || response.size() > text_.size()) return;
        if (text_.size() - end_ < response.size()) {
            forget_text(end_, text_.size());
            end_ = 0;
        }
        forget_text(end_, end_ + response.size());
        if (newest_ - oldest_ == entries_.size()) ++oldest_;
        const auto number = newest_++;
        entry(number) = {.key = key,
                         .at = now.milliseconds,
                         .offset = static_cast<std::uint32_t>(end_),
                         .size = static_cast<std::uint32_t>(response.size()),
                         .older = bucket(key)};
        bucket(key) = number;
        std::memcpy(text_.data() + end_, response.data(), response.size());
        end_ += response.size();
    }

private:
    [[nodiscard]] auto entry(std::uint32_t number) const noexcept -> remembered_response& {
        return entries_[number & (entries_.size() - 1)];
    }
    [[nodiscard]] auto bucket(std::uint64_t key) const noexcept -> std::uint32_t& {
        return buckets_[static_cast<std::size_t>(key) & (buckets_.size() - 1)];
    }

    /// Forgets the oldest entries while their text begins within [begin, end).
    void forget_text(std::size_t begin, std::size_t end) noexcept {
        while (oldest_ != newest_ && entry(oldest_).offset >= begin && entry(oldest_).offset < end) ++oldest_;
    }

    std::span<remembered_response> entries_;
    std::span<std::uint32_t> buckets_;
    std::span<char> text_;
    std::size_t end_ = 0;        ///< where the next text goes
    std::uint32_t oldest_ = 1;   ///< number of the oldest entry; 0 names none
    std::uint32_t newest_ = 1;   ///< number the next entry will have
};

} // namespace sipwhere
