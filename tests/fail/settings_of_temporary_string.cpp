// EXPECT: settings borrow their texts: keep this string in a variable
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/sipwhere.hpp>

#include <string>

int main() {
    const std::string name = "example";
    const sipwhere::settings config{.domains = {name + ".com"}};
}
