// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/detail/record_list.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace record_list_test {

using sipwhere::detail::record_links;
using sipwhere::detail::record_list;
using indices = std::vector<std::uint32_t>;

/// A list whose links lie in an array, at odd places.
struct listed {
    std::array<char, 100 * 9> bytes{};
    record_list list;

    auto place() {
        return [this](std::uint32_t index) { return bytes.data() + std::size_t{index} * 9; };
    }
    void add(std::uint32_t index) { list.add(index, place()); }
    void remove(std::uint32_t index) { list.remove(index, place()); }

    /// Returns: all there are, by way of their links; the links back are checked.
    auto all() -> indices {
        indices found;
        auto before = record_links::none;
        for (auto at = list.first(); at != record_links::none;) {
            const auto links = record_links::at(place()(at));
            CHECK(links.before == before);
            found.push_back(before = at);
            at = links.after;
        }
        return found;
    }
};

TEST_CASE_FIXTURE(listed, "a list is in the order of adding, wherever one is taken out") {
    CHECK(all().empty());
    for (const std::uint32_t index : {7U, 3U, 99U, 0U, 50U}) add(index);
    CHECK(all() == indices{7, 3, 99, 0, 50});
    remove(99);
    CHECK(all() == indices{7, 3, 0, 50});
    remove(7);
    CHECK(all() == indices{3, 0, 50});
    remove(50);
    add(7);
    CHECK(all() == indices{3, 0, 7});
}

TEST_CASE_FIXTURE(listed, "a list that has become empty begins anew") {
    add(1);
    remove(1);
    CHECK(list.first() == record_links::none);
    add(2);
    add(1);
    CHECK(all() == indices{2, 1});
}

} // namespace record_list_test
