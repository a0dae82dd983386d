// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/policy/policy_kind.hpp>

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/observer/counting_observer.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/policy/archetypes.hpp>
#include <sipwhere/random/os_random.hpp>
#include <sipwhere/random/seeded_random.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace {

using namespace sipwhere;

/// The kinds of a type: r, a and o.
template <typename T>
auto kinds_of() -> std::string {
    return std::string{is_random<T>::value ? "r" : ""} + (is_access<T>::value ? "a" : "") +
           (is_observer<T>::value ? "o" : "");
}

TEST_CASE("policies that fit are told by their shape") {
    CHECK(kinds_of<os_random>() == "r");
    CHECK(kinds_of<seeded_random>() == "r");
    CHECK(kinds_of<archetype_random>() == "r");
    CHECK(kinds_of<open_access>() == "a");
    CHECK(kinds_of<archetype_access>() == "a");
    CHECK(kinds_of<null_observer>() == "o");
    CHECK(kinds_of<counting_observer>() == "o");
    CHECK(kinds_of<archetype_observer>() == "o");
}

struct plain_random {
    auto next(int) -> int;
};
struct plain_access {
    auto authorize() -> bool;
};
struct plain_observer {
    void on(int);
};
struct inherited_random : plain_random {};
struct inherited_access : plain_access {};
struct inherited_observer : plain_observer {};
struct overloaded_random {
    auto next() -> int;
    auto next(int) -> int;
};
struct overloaded_access {
    auto authorize() -> bool;
    auto authorize(int) -> bool;
};
struct overloaded_observer {
    void on();
    void on(int);
};
struct template_random {
    template <typename T>
    auto next(T*) -> int;
};
struct template_access {
    template <typename T>
    auto authorize(T*) -> bool;
};
struct template_observer {
    template <typename T>
    void on(T*);
};
class private_random {
    [[maybe_unused]] auto next() -> int;
};
class private_access {
    [[maybe_unused]] auto authorize() -> bool;
};
class private_observer {
    [[maybe_unused]] void on(int);
};

TEST_CASE("one with a wrong signature is told by the name of its member") {
    CHECK(kinds_of<plain_random>() == "r");
    CHECK(kinds_of<plain_access>() == "a");
    CHECK(kinds_of<plain_observer>() == "o");
    CHECK(kinds_of<const plain_access>() == "a");
    CHECK(kinds_of<private_random>() == "r");
    CHECK(kinds_of<private_access>() == "a");
    CHECK(kinds_of<private_observer>() == "o");
}

TEST_CASE("also when the member is inherited, overloaded or a template") {
    CHECK(kinds_of<inherited_random>() == "r");
    CHECK(kinds_of<inherited_access>() == "a");
    CHECK(kinds_of<inherited_observer>() == "o");
    CHECK(kinds_of<overloaded_random>() == "r");
    CHECK(kinds_of<overloaded_access>() == "a");
    CHECK(kinds_of<overloaded_observer>() == "o");
    CHECK(kinds_of<template_random>() == "r");
    CHECK(kinds_of<template_access>() == "a");
    CHECK(kinds_of<template_observer>() == "o");
}

struct final_random final {
    auto next(int) -> int;
};
struct final_access final {
    auto authorize() -> bool;
};
struct final_observer final {
    void on(int);
};
struct final_overloaded_random final {
    auto next() -> int;
    auto next(int) -> int;
};
struct final_overloaded_access final {
    auto authorize(const access_request&) -> bool;
    auto authorize(int) -> bool;
};
struct final_access_with_fields final {
    auto authorize(const access_request&, writer&) -> bool;
    auto authorize(int) -> bool;
};
template <typename Event>
struct final_overloaded_observer final {
    void on(Event&);
    void on(int);
};

TEST_CASE("a final class is told by a member without overloads, or by one that can be called") {
    CHECK(kinds_of<final_random>() == "r");
    CHECK(kinds_of<final_access>() == "a");
    CHECK(kinds_of<final_observer>() == "o");
    CHECK(kinds_of<final_overloaded_random>() == "r");
    CHECK(kinds_of<final_overloaded_access>() == "a");
    CHECK(kinds_of<final_access_with_fields>() == "a");
    CHECK(kinds_of<final_overloaded_observer<binding_event>>() == "o");
    CHECK(kinds_of<final_overloaded_observer<rejection_event>>() == "o");
    CHECK(kinds_of<final_overloaded_observer<traffic_event>>() == "o");
}

template <typename Tag>
struct tagged final {
    using policy = Tag;
};

TEST_CASE("or by a tag") {
    CHECK(kinds_of<tagged<random_tag>>() == "r");
    CHECK(kinds_of<tagged<access_tag>>() == "a");
    CHECK(kinds_of<tagged<observer_tag>>() == "o");
    CHECK(kinds_of<tagged<int>>().empty());
}

struct listed_observer : archetype_observer {
    listed_observer* next = nullptr;
};
struct listed_access : plain_access {
    listed_access* next = nullptr;
};
struct watching_access : archetype_observer, plain_access {};
struct gambling_observer : archetype_observer, archetype_random {};

TEST_CASE("a type may be of two kinds, but a member next alone doesn't make an observer a source of randomness") {
    CHECK(kinds_of<listed_observer>() == "o");
    CHECK(kinds_of<listed_access>() == "a");
    CHECK(kinds_of<watching_access>() == "ao");
    CHECK(kinds_of<gambling_observer>() == "ro");
}

struct no_policy {};
struct final_stranger final {};
union either {
    int number;
    char letter;
};
struct interface {
    virtual void on(const binding_event&) = 0;

protected:
    interface() = default;
    ~interface() = default;
};
struct unmovable : archetype_observer {
    explicit unmovable(int) {}
};

TEST_CASE("anything else is of no kind, and any class may be asked") {
    CHECK(kinds_of<no_policy>().empty());
    CHECK(kinds_of<final_stranger>().empty());
    CHECK(kinds_of<either>().empty());
    CHECK(kinds_of<int>().empty());
    CHECK(kinds_of<void (*)()>().empty());
    CHECK(kinds_of<interface>() == "o");
    CHECK(kinds_of<unmovable>() == "o");
}

TEST_CASE("the first of a kind is picked, or the default") {
    const auto picks = []<typename Wanted>(std::type_identity<Wanted>, auto picked) {
        return std::is_same_v<Wanted, typename decltype(picked)::type>;
    };
    CHECK(
        picks(std::type_identity<seeded_random>{}, pick_policy<is_random, os_random, null_observer, seeded_random>{}));
    CHECK(picks(std::type_identity<os_random>{}, pick_policy<is_random, os_random, null_observer>{}));
    CHECK(picks(std::type_identity<null_observer>{},
                pick_policy<is_observer, counting_observer, open_access, null_observer>{}));
    CHECK(picks(std::type_identity<plain_access>{},
                pick_policy<is_access, open_access, plain_access, archetype_access>{}));
}

} // namespace
