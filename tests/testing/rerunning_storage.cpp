// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/testing/rerunning_storage.hpp>

#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/testing/detail/records.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace rerunning_storage_test {

using namespace sipwhere;
using testing::detail::binding_until;
using testing::detail::packed;

TEST_CASE("every job runs twice, first on a record that is out of date, and the last run counts") {
    archetype_storage store;
    testing::rerunning_storage twice{store};
    const auto one = packed({binding_until(2000)});
    const auto two = packed({binding_until(2000), binding_until(3000)});
    testing::detail::put(testing::detail::storage_ref{store}, {"alice", "d"}, one);

    std::vector<std::size_t> sizes;
    const auto result = twice.update({"alice", "d"}, [&](record_view record) {
        sizes.push_back(record.size());
        return record_update{outcome::committed, sizes.size() == 1 ? one : two};
    });

    CHECK(result == outcome::committed);
    CHECK(sizes == std::vector<std::size_t>{0, 1});
    CHECK(testing::detail::kept(testing::detail::storage_ref{store}, {"alice", "d"}) == two);
}

} // namespace rerunning_storage_test
