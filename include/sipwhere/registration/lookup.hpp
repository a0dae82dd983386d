// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/record/record_view.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sipwhere {

namespace detail {

/// The bindings to be visited next; only as many as fit.
class preferred_bindings {
public:
    struct place {
        std::uint16_t q = 0;
        std::uint16_t index = 0; ///< in the record, whose order tells those of the same q apart
        live_bindings::iterator at{};
    };

    [[nodiscard]] static auto comes_before(const place& a, const place& b) noexcept -> bool {
        return a.q != b.q ? a.q > b.q : a.index < b.index;
    }

    /// Takes a binding in if it fits, or in the place of one that comes after it.
    void offer(const place& one) noexcept {
        if (full()) {
            if (!comes_before(one, places_.front())) return;
            std::pop_heap(places_.begin(), places_.end(), comes_before);
            --size_;
        }
        places_[size_++] = one;
        std::push_heap(places_.begin(), end(), comes_before);
    }

    /// Puts them in order; nothing is offered any more.
    [[nodiscard]] auto sorted() noexcept -> std::span<const place> {
        std::sort_heap(places_.begin(), end(), comes_before);
        return std::span{places_}.first(size_);
    }
    [[nodiscard]] auto full() const noexcept -> bool { return size_ == most; }

private:
    static constexpr std::size_t most = 32;

    [[nodiscard]] auto end() noexcept -> std::array<place, most>::iterator {
        return places_.begin() + static_cast<std::ptrdiff_t>(size_);
    }

    std::size_t size_ = 0;
    std::array<place, most> places_{};
};

} // namespace detail

/// Visits live bindings in the order in which a proxy should try them: by descending q, those of the same q in the
/// order of their creation.
///
/// Returns: how many were visited.
/// Cost:    one pass for each 32 bindings.
/// Spec:    RFC 3261 §16.6 step 4.
template <typename Visit>
auto for_each_by_preference(const live_bindings& bindings, Visit&& visit) -> std::size_t {
    using detail::preferred_bindings;
    std::size_t visited = 0;
    preferred_bindings::place last;
    for (bool more = true; more;) {
        preferred_bindings next;
        std::uint16_t index = 0;
        for (auto at = bindings.begin(); at != bindings.end(); ++at, ++index) {
            const preferred_bindings::place one{at.q(), index, at};
            if (visited == 0 || preferred_bindings::comes_before(last, one)) next.offer(one);
        }
        for (const auto& one : next.sorted()) {
            visit(*one.at);
            ++visited;
            last = one;
        }
        more = next.full();
    }
    return visited;
}

} // namespace sipwhere
