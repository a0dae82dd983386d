// SPDX-License-Identifier: BSL-1.0
//
// A SIP registrar for the command line: registrard --help
#include "add_user.hpp"
#include "complain.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "transports.hpp"

#include <sipwhere/version.hpp>

#include <csignal>
#include <iostream>

auto main(int argc, char** argv) -> int {
    std::signal(SIGPIPE, SIG_IGN); // of a reader of stdout that has gone
    registrard::raise_descriptors();
    const auto asked = registrard::read_options(argc, argv);
    if (!asked.complaint.empty()) return registrard::complain(2, "", asked.complaint);
    using task = registrard::options::task;
    switch (asked.kind) {
    case task::help: std::cout << registrard::help_text(); return 0;
    case task::add_user: return registrard::add_user(asked);
    case task::version: std::cout << "registrard " << sipwhere::library_version << '\n'; return 0;
    case task::serve:
#if defined(REGISTRARD_WITH_SQLITE)
        if (!asked.store.file.empty()) return registrard::serve_stored(asked);
#endif
        return asked.batch == 0 ? registrard::serve_one_by_one(asked) : registrard::serve_batches(asked);
    }
}
