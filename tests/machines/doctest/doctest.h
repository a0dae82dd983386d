// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdio>
#include <string_view>
#include <type_traits>
#include <utility>

/// What our tests use of doctest, for machines on which doctest itself does not link: boards without an operating system.
/// It needs no streams, and compiles in half the time. Subcases can't be nested.
namespace sipwhere_shim {

/// A test case, which enlists itself before main() starts.
struct test_case {
    test_case(void (*runs)(), const char* named, const char* in) noexcept;

    void (*run)();
    const char* name;
    const char* file;
    test_case* next = nullptr;
};

/// What is said about the checks that follow it in its scope.
class note {
public:
    note() noexcept;
    note(const note&) = delete;
    auto operator=(const note&) -> note& = delete;

    virtual void print() const = 0;

    note* outer;

protected:
    ~note();
};

template <typename Print>
class noted final : public note {
public:
    explicit noted(Print says) noexcept : print_(says) {}
    void print() const override { print_(); }

private:
    Print print_;
};

/// Prints text and integers as they are, other things as a question mark.
template <typename Value>
void print(const Value& value) {
    if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
        const std::string_view text = value;
        std::printf("%.*s", static_cast<int>(text.size()), text.data());
    } else if constexpr (std::is_signed_v<Value>) {
        std::printf("%lld", static_cast<long long>(value));
    } else if constexpr (std::is_integral_v<Value>) {
        std::printf("%llu", static_cast<unsigned long long>(value));
    } else {
        std::printf("?");
    }
}

/// Prints a line of things put together by <<.
struct line {
    line() = default;
    line(const line&) = delete;
    auto operator=(const line&) -> line& = delete;
    ~line() { std::printf("\n"); }

    template <typename Value>
    auto operator<<(const Value& value) -> line& {
        print(value);
        return *this;
    }
    template <typename Value>
    auto operator*(const Value& value) -> line& {
        return *this << value;
    }
};

/// Counts a check, and prints where it stands when it did not hold.
///
/// Returns: `holds`.
auto check(bool holds, const char* text, const char* file, int number) -> bool;

/// Ends the program, since without exceptions there is no way out of a case.
[[noreturn]] void give_up();

/// Returns: whether this run of the case is the one for the subcase that was met.
auto enters(const char* name) -> bool;

/// Runs all cases.
///
/// Returns: 0 when every check held.
auto run_all() -> int;

/// One case for each of several types.
template <typename... Types>
struct instances {
    template <typename Run>
    instances(Run run, const char* name, const char* file) noexcept
        : cases{{run.template operator()<Types>(), name, file}...} {}

    test_case cases[sizeof...(Types)];
};

} // namespace sipwhere_shim

#define SHIM_JOIN_(a, b) a##b
#define SHIM_JOIN(a, b) SHIM_JOIN_(a, b)

#define SHIM_CASE(function, name)                                                                                      \
    static void function();                                                                                            \
    static sipwhere_shim::test_case SHIM_JOIN(function, _listed){&function, name, __FILE__};                           \
    static void function()
#define TEST_CASE(name) SHIM_CASE(SHIM_JOIN(shim_case_, __COUNTER__), name)

#define SHIM_FIXTURE(fixture, function, name)                                                                          \
    namespace {                                                                                                        \
    struct function : fixture {                                                                                        \
        void shim_run();                                                                                               \
    };                                                                                                                 \
    }                                                                                                                  \
    static sipwhere_shim::test_case SHIM_JOIN(function, _listed){[] { function().shim_run(); }, name, __FILE__};       \
    void function::shim_run()
#define TEST_CASE_FIXTURE(fixture, name) SHIM_FIXTURE(fixture, SHIM_JOIN(shim_case_, __COUNTER__), name)

#define SHIM_TEMPLATE(function, name, type, ...)                                                                       \
    template <typename type>                                                                                           \
    static void function();                                                                                            \
    static sipwhere_shim::instances<__VA_ARGS__> SHIM_JOIN(function, _listed){                                         \
        []<typename Shim>() { return &function<Shim>; }, name, __FILE__};                                              \
    template <typename type>                                                                                           \
    static void function()
#define TEST_CASE_TEMPLATE(name, type, ...) SHIM_TEMPLATE(SHIM_JOIN(shim_case_, __COUNTER__), name, type, __VA_ARGS__)

#define SUBCASE(name) if (sipwhere_shim::enters(name))

#define SHIM_CHECK(text, holds) sipwhere_shim::check(static_cast<bool>(holds), text, __FILE__, __LINE__)
#define SHIM_REQUIRE(text, holds)                                                                                      \
    do {                                                                                                               \
        if (!SHIM_CHECK(text, holds)) sipwhere_shim::give_up();                                                        \
    } while (false)
#define CHECK(...) SHIM_CHECK("CHECK(" #__VA_ARGS__ ")", (__VA_ARGS__))
#define CHECK_FALSE(...) SHIM_CHECK("CHECK_FALSE(" #__VA_ARGS__ ")", !(__VA_ARGS__))
#define REQUIRE(...) SHIM_REQUIRE("REQUIRE(" #__VA_ARGS__ ")", (__VA_ARGS__))
#define REQUIRE_FALSE(...) SHIM_REQUIRE("REQUIRE_FALSE(" #__VA_ARGS__ ")", !(__VA_ARGS__))

#define SHIM_SAYING(check, ...)                                                                                        \
    do {                                                                                                               \
        INFO(__VA_ARGS__);                                                                                             \
        check;                                                                                                         \
    } while (false)
#define CHECK_MESSAGE(holds, ...) SHIM_SAYING(CHECK(holds), __VA_ARGS__)
#define CHECK_FALSE_MESSAGE(holds, ...) SHIM_SAYING(CHECK_FALSE(holds), __VA_ARGS__)
#define REQUIRE_MESSAGE(holds, ...) SHIM_SAYING(REQUIRE(holds), __VA_ARGS__)

#define INFO(...)                                                                                                      \
    const sipwhere_shim::noted SHIM_JOIN(shim_note_, __LINE__) {                                                       \
        [&] { [](const auto&... shim_part) { (sipwhere_shim::print(shim_part), ...); }(__VA_ARGS__); }                 \
    }
#define CAPTURE(value) INFO(#value " is ", value)
#define MESSAGE(...) static_cast<void>(sipwhere_shim::line{} * __VA_ARGS__)
#define FAIL_CHECK(...)                                                                                                \
    do {                                                                                                               \
        MESSAGE(__VA_ARGS__);                                                                                          \
        SHIM_CHECK("FAIL_CHECK", false);                                                                               \
    } while (false)
#define FAIL(...)                                                                                                      \
    do {                                                                                                               \
        MESSAGE(__VA_ARGS__);                                                                                          \
        SHIM_REQUIRE("FAIL", false);                                                                                   \
    } while (false)
