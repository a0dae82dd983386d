// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/little_endian.hpp>
#include <sipwhere/record/packed_binding.hpp>
#include <sipwhere/record/transaction_tag.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string_view>

namespace sipwhere {

/// How the bytes of a record begin; then come its tags and then its bindings. The same bytes on every machine.
struct packed_record {
    std::uint16_t bindings = 0;
    std::uint16_t tags = 0;

    /// The number of this packed form, for what outlives the program.
    static constexpr unsigned version = 1;

    /// All three numbers lie in 24 bits, from the lowest on: 3 of the version, 10 of the bindings, 11 of the tags.
    static constexpr std::size_t size = 3;
    static constexpr std::uint16_t most_bindings = 0x3ff;
    static constexpr std::uint16_t most_tags = 0x7ff;

    [[nodiscard]] static auto at(const char* bytes) noexcept -> packed_record {
        const auto all = bits_at(bytes);
        return {static_cast<std::uint16_t>(all >> 3U & most_bindings), static_cast<std::uint16_t>(all >> 13U)};
    }
    /// Returns: the number of the form in which a record was written.
    [[nodiscard]] static auto version_at(const char* bytes) noexcept -> unsigned { return bits_at(bytes) & 7U; }

    void write(char* bytes) const noexcept {
        const std::uint32_t all = std::uint32_t{tags} << 13U | std::uint32_t{bindings} << 3U | version;
        store_little_endian(bytes, static_cast<std::uint16_t>(all));
        bytes[2] = static_cast<char>(all >> 16U);
    }

    [[nodiscard]] static constexpr auto begin_of_tag(std::size_t index) noexcept -> std::size_t {
        return size + index * transaction_tag::packed_size;
    }
    [[nodiscard]] constexpr auto begin_of_bindings() const noexcept -> std::size_t { return begin_of_tag(tags); }

private:
    [[nodiscard]] static auto bits_at(const char* bytes) noexcept -> std::uint32_t {
        return std::uint32_t{static_cast<unsigned char>(bytes[2])} << 16U | load_little_endian<std::uint16_t>(bytes);
    }
};

/// Walks over the bindings of a record, each read as it is reached.
class binding_iterator {
public:
    using value_type = binding_view;
    using difference_type = std::ptrdiff_t;

    binding_iterator() noexcept = default;
    /// `before` is the Call-ID of the binding before, which this one may share.
    binding_iterator(const char* at, std::size_t left, std::string_view before = {}) noexcept
        : call_id_(before), left_(left) {
        if (left != 0) reach(at);
    }

    [[nodiscard]] auto operator*() const noexcept -> binding_view { return unpack_binding(body_, call_id_); }
    auto operator++() noexcept -> binding_iterator& {
        if (--left_ != 0) reach(body_ + head().size()); // which a record of one binding need not tell
        return *this;
    }
    auto operator++(int) noexcept -> binding_iterator {
        const auto before = *this;
        ++*this;
        return before;
    }
    [[nodiscard]] friend auto operator==(const binding_iterator& a, const binding_iterator& b) noexcept -> bool {
        return a.left_ == b.left_;
    }

    /// Returns: the binding's own bytes behind its Call-ID, which stay as long as the record's.
    [[nodiscard]] auto body() const noexcept -> std::string_view { return {body_, head().size()}; }

    /// Returns: its Call-ID, cheaper than the whole binding.
    [[nodiscard]] auto call_id() const noexcept -> std::string_view { return call_id_; }

    /// Returns: the fixed part alone, cheaper than the whole binding.
    [[nodiscard]] auto head() const noexcept -> packed_binding { return packed_binding::at(body_); }

    /// Returns: the members that most rules need; cheaper than the whole binding.
    [[nodiscard]] auto brief() const noexcept -> brief_binding { return unpack_brief(body_, call_id_); }

    /// Returns: q alone.
    [[nodiscard]] auto q() const noexcept -> std::uint16_t { return unpack_q(body_); }

private:
    void reach(const char* at) noexcept {
        call_id_ = packed_call_id::read(at, call_id_);
        body_ = at;
    }

    const char* body_ = nullptr;
    std::string_view call_id_;
    std::size_t left_ = 0;
};

/// All that is kept of one address-of-record: its bindings in the order of their creation, and the tags of its
/// last transactions. A view over packed bytes, the same in every store; empty for an unknown AOR.
class record_view {
public:
    constexpr record_view() noexcept = default;
    /// `bytes` come from `record_builder` or are empty.
    constexpr explicit record_view(std::string_view bytes) noexcept : bytes_(bytes) {}

    [[nodiscard]] constexpr auto bytes() const noexcept -> std::string_view { return bytes_; }
    [[nodiscard]] auto size() const noexcept -> std::size_t { return head().bindings; }
    [[nodiscard]] auto tag_count() const noexcept -> std::size_t { return head().tags; }

    [[nodiscard]] auto begin() const noexcept -> binding_iterator { return {begin_of_bindings(), size()}; }
    [[nodiscard]] auto end() const noexcept -> binding_iterator { return {}; }

    /// Returns: the bytes of the bindings, which end with the record.
    [[nodiscard]] auto begin_of_bindings() const noexcept -> const char* {
        return bytes_.data() + (bytes_.empty() ? 0 : head().begin_of_bindings());
    }

    [[nodiscard]] auto tag(std::size_t index) const noexcept -> transaction_tag {
        SIPWHERE_ASSERT(index < tag_count());
        return transaction_tag::at(bytes_.data() + packed_record::begin_of_tag(index));
    }

    /// Returns: the second in which a store has to look at the record again: its first binding ends, or, when it
    ///          has none, its last tag; `never32` if neither ever happens, 0 if nothing is worth keeping.
    [[nodiscard]] auto due() const noexcept -> seconds32 {
        auto first = never32;
        for (auto at = begin(); at != end(); ++at) first = std::min(first, at.head().due);
        if (size() != 0) return first;
        seconds32 last = 0;
        for (std::size_t i = 0; i < tag_count(); ++i) last = std::max(last, tag(i).due() + 1);
        return last;
    }

private:
    [[nodiscard]] auto head() const noexcept -> packed_record {
        return bytes_.empty() ? packed_record{} : packed_record::at(bytes_.data());
    }

    std::string_view bytes_;
};

/// The bindings of a record that are live at an instant.
class live_bindings {
public:
    live_bindings(record_view record, instant now) noexcept : record_(record), now_(now) {}

    class iterator {
    public:
        using value_type = binding_view;
        using difference_type = std::ptrdiff_t;

        iterator() noexcept = default;
        iterator(binding_iterator at, instant now) noexcept : at_(at), now_(now) { skip_due(); }

        [[nodiscard]] auto operator*() const noexcept -> binding_view { return *at_; }
        [[nodiscard]] auto brief() const noexcept -> brief_binding { return at_.brief(); }
        [[nodiscard]] auto q() const noexcept -> std::uint16_t { return at_.q(); }
        auto operator++() noexcept -> iterator& {
            ++at_;
            skip_due();
            return *this;
        }
        auto operator++(int) noexcept -> iterator {
            const auto before = *this;
            ++*this;
            return before;
        }
        [[nodiscard]] friend auto operator==(const iterator& a, const iterator& b) noexcept -> bool {
            return a.at_ == b.at_;
        }

    private:
        void skip_due() noexcept {
            while (at_ != binding_iterator{} && to_instant(at_.head().due) <= now_) ++at_;
        }

        binding_iterator at_;
        instant now_;
    };

    [[nodiscard]] auto begin() const noexcept -> iterator { return {record_.begin(), now_}; }
    [[nodiscard]] auto end() const noexcept -> iterator { return {}; }
    [[nodiscard]] auto empty() const noexcept -> bool { return begin() == end(); }
    [[nodiscard]] auto now() const noexcept -> instant { return now_; }

private:
    record_view record_;
    instant now_;
};

} // namespace sipwhere
