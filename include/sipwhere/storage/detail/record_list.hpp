// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

namespace sipwhere::detail {

/// The neighbours of a record in a `record_list`.
struct record_links {
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t before = none;
    std::uint32_t after = none;

    [[nodiscard]] static auto at(const char* place) noexcept -> record_links {
        record_links made;
        std::memcpy(&made, place, sizeof made);
        return made;
    }
    void write(char* place) const noexcept { std::memcpy(place, this, sizeof *this); }
};

/// Some of a store's records in an order of their own, named by index. The links lie with the records: each call takes
/// a function that tells where those of an index are.
class record_list {
public:
    /// Returns: the index that was added first, or `record_links::none`.
    [[nodiscard]] auto first() const noexcept -> std::uint32_t { return first_; }

    /// Adds a record as the last one.
    template <typename Place>
    void add(std::uint32_t index, Place&& place_of) noexcept {
        record_links{.before = last_}.write(place_of(index));
        set_after(last_, index, place_of);
        last_ = index;
    }

    /// Takes out a record; its own links stay as they are.
    template <typename Place>
    void remove(std::uint32_t index, Place&& place_of) noexcept {
        const auto links = record_links::at(place_of(index));
        set_after(links.before, links.after, place_of);
        if (links.after == record_links::none) {
            last_ = links.before;
            return;
        }
        auto next = record_links::at(place_of(links.after));
        next.before = links.before;
        next.write(place_of(links.after));
    }

private:
    /// Makes `after` the one that comes after `index`, or the first.
    template <typename Place>
    void set_after(std::uint32_t index, std::uint32_t after, Place& place_of) noexcept {
        if (index == record_links::none) {
            first_ = after;
            return;
        }
        auto links = record_links::at(place_of(index));
        links.after = after;
        links.write(place_of(index));
    }

    std::uint32_t first_ = record_links::none;
    std::uint32_t last_ = record_links::none;
};

} // namespace sipwhere::detail
