// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/observer/file_sink.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <string>

namespace {

using namespace sipwhere;

TEST_CASE("a file sink writes each line and its end, and cuts what no log line is as long as") {
    auto* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    const file_sink sink{file};

    sink("first");
    sink(std::string(5000, 'x'));

    std::rewind(file);
    std::string read(6000, '\0');
    read.resize(std::fread(read.data(), 1, read.size(), file));
    std::fclose(file);
    CHECK(read == "first\n" + std::string(1024, 'x') + "\n");
}

} // namespace
