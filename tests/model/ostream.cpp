// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/model/ostream.hpp>

#include <support/values.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>

namespace ostream_test {

using namespace sipwhere;
using sipwhere_test::at;

template <typename Value>
auto shown(const Value& value) -> std::string {
    std::ostringstream out;
    out << value;
    return out.str();
}

TEST_CASE("addresses, endpoints, instants, failures and addresses-of-record are written for a person to read") {
    CHECK(shown(at("192.0.2.1").address) == "192.0.2.1");
    CHECK(shown(at("[2001:db8::1]").address) == "2001:db8::1");
    CHECK(shown(at("192.0.2.1", 5061)) == "192.0.2.1:5061");
    CHECK(shown(at("[2001:db8::1]", 5061)) == "[2001:db8::1]:5061");
    CHECK(shown(instant{12'045}) == "12.045 s");
    CHECK(shown(instant{0}) == "0.000 s");
    CHECK(shown(never) == "never");
    CHECK(shown(fail(errc::bad_port, 12)) == "the port is not a number from 1 to 65535, at byte 12");
    CHECK(shown(fail(errc::busy)) == std::string{message(errc::busy)});
    CHECK(shown(aor_view{"bob", "example.com"}) == "bob@example.com");
}

} // namespace ostream_test
