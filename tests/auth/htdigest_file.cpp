// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/auth/htdigest_file.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

namespace htdigest_file_test {

using namespace sipwhere;

/// A file that goes when the test ends.
struct users_file {
    std::string path =
        (std::filesystem::temp_directory_path() / ("sipwhere-users-" + std::to_string(::getpid()))).string();

    ~users_file() { std::filesystem::remove(path); }

    void holds(std::string_view text) const { std::ofstream{path, std::ios::binary} << text; }
};

const std::string digits(32, 'a');

[[nodiscard]] auto knows(const htdigest_file& users, std::string_view user) -> bool {
    return users.find({.user = user, .realm = "r"}, [](const credentials&) {}) == credentials_answer::found;
}

TEST_CASE_FIXTURE(users_file, "a file that is read again holds whom it names then") {
    htdigest_file users{path};
    CHECK(!knows(users, "alice"));
    holds("alice:r:" + digits + "\n");
    REQUIRE(!users.reload());
    CHECK(knows(users, "alice"));
    CHECK(users.size() == 1);
    holds("bob:r:" + digits + "\n");
    CHECK(knows(users, "alice"));
    REQUIRE(!users.reload());
    CHECK(!knows(users, "alice"));
    CHECK(knows(users, "bob"));
}

TEST_CASE_FIXTURE(users_file, "a file with a wrong line, or none at all, changes nothing") {
    htdigest_file users{path};
    holds("alice:r:" + digits + "\n");
    REQUIRE(!users.reload());
    holds("bob:r:" + digits + "\nnonsense\n");
    const auto fault = users.reload();
    REQUIRE(fault);
    CHECK(fault->line == 2);
    CHECK(knows(users, "alice"));
    CHECK(!knows(users, "bob"));
    std::filesystem::remove(path);
    const auto missing = users.reload();
    REQUIRE(missing);
    CHECK(missing->line == 0);
    CHECK(knows(users, "alice"));
    CHECK(htdigest_file{std::filesystem::temp_directory_path().string()}.reload()); // a folder
}

} // namespace htdigest_file_test
