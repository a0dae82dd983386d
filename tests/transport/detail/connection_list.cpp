// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/transport/detail/connection_list.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

namespace connection_list_test {

using namespace sipwhere;

struct connection {
    flow way;
    bool closed = false;
    [[nodiscard]] auto is_closed() const -> bool { return closed; }
};
using list = detail::connection_list<connection>;

auto add(list& to, const endpoint& from) -> connection& {
    return *to.add({.remote = from, .over = protocol::tcp},
                   [](const flow& way) { return std::make_shared<connection>(connection{way}); });
}

TEST_CASE("a connection is found by its number and epoch, and not by those that had its number before") {
    list all{100, 0, {1, 2}};
    auto& first = add(all, sipwhere_test::at("192.0.2.1", 1));
    const auto old = first.way;
    CHECK(old.connection == 1);
    CHECK(all.find(old) == &first);
    CHECK(all.find({.connection = 0}) == nullptr);
    CHECK(all.find({.connection = 9, .epoch = old.epoch}) == nullptr);
    all.remove(old);
    CHECK(all.size() == 0);
    auto& second = add(all, sipwhere_test::at("192.0.2.1", 1));
    CHECK(second.way.connection == 1);
    CHECK(second.way.epoch != old.epoch);
    CHECK(all.find(old) == nullptr);
    second.closed = true;
    CHECK(all.find(second.way) == nullptr);
}

TEST_CASE("two lists do not take each other's connections for theirs") {
    list one{100, 0, {1, 2}}, other{100, 0, {3, 4}};
    CHECK(add(one, sipwhere_test::at("192.0.2.1", 1)).way.epoch !=
          add(other, sipwhere_test::at("192.0.2.1", 1)).way.epoch);
}

TEST_CASE("a network may have so many connections, and all together so many") {
    list all{5, 2, {1, 2}};
    const auto near = sipwhere_test::at("192.0.2.1", 1), beside = sipwhere_test::at("192.0.2.200", 2);
    const auto far = sipwhere_test::at("198.51.100.1", 1);
    CHECK(all.may_add(near.address));
    const auto first = add(all, near).way;
    add(all, beside);
    CHECK_FALSE(all.may_add(near.address));
    CHECK_FALSE(all.may_add(beside.address));
    CHECK(all.may_add(far.address));
    all.remove(first);
    CHECK(all.may_add(near.address));
    for (int i = 1; i <= 4; ++i) add(all, sipwhere_test::at("203.0." + std::to_string(i) + ".1", 1));
    CHECK(all.is_full());
    CHECK_FALSE(all.may_add(far.address));
}

TEST_CASE("a connection counts for the network that its balancer tells, if that may have one more") {
    list all{10, 1, {1, 2}};
    const auto balancer = sipwhere_test::at("192.0.2.1", 1);
    auto& one = add(all, balancer);
    CHECK(all.may_stay(one.way));
    one.way.remote = sipwhere_test::at("198.51.100.1", 1);
    CHECK(all.may_stay(one.way));
    CHECK(all.may_add(balancer.address)); // which has none any more
    CHECK_FALSE(all.may_add(one.way.remote.address));
    auto& two = add(all, balancer);
    two.way.remote = sipwhere_test::at("198.51.100.9", 1);
    CHECK_FALSE(all.may_stay(two.way));
    all.remove(two.way);
    CHECK(all.may_stay(one.way));
    all.remove(one.way);
    CHECK(all.may_add(sipwhere_test::at("198.51.100.1", 1).address));
}

TEST_CASE("places are taken again, so that the list grows no larger than how many there are at a time") {
    list all{1000, 0, {1, 2}};
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    for (int i = 0; i < 500; ++i) {
        const auto way = add(all, sipwhere_test::at("192.0.2.1", 1)).way;
        CHECK(seen.insert({way.connection, way.epoch}).second);
        if (i % 5 != 0) all.remove(way);
    }
    CHECK(all.size() == 100);
    CHECK(all.places() == 101);
}

} // namespace connection_list_test
