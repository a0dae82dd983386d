// EXPECT: settings borrow their lists: keep this one in a variable
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/sipwhere.hpp>

#include <string>
#include <vector>

int main() { const sipwhere::settings config{.domains = std::vector<std::string>{"example.com"}}; }
