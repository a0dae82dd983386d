// SPDX-License-Identifier: BSL-1.0
#if defined(REGISTRARD_WITH_SQLITE)

#include "batched_udp.hpp"
#include "secret_file.hpp"
#include "serve.hpp"
#include "transports.hpp"

#include <sipwhere/storage/sqlite_storage.hpp>

namespace registrard {

namespace {

auto how_of(const options& asked, const sipwhere::background_sink& log) -> sipwhere::sqlite_options {
    return {.synchronous = asked.store.synchronous,
            .memory = asked.storage,
            .report = [least = asked.log, &log](std::string_view why) {
                if (least > sipwhere::log_level::warning) return;
                log(why.empty() ? "store-writes" : "store-failed reason=\"" + std::string{why} + '"');
            }};
}

} // namespace

auto serve_stored(const options& asked) -> int {
    const std::string path{asked.store.file};
    std::string why;
    const auto secrets = kept_secrets(path + "-secret", why);
    if (!secrets) return complain(1, path + "-secret", why);
    const sipwhere::background_sink log;
    sipwhere::sqlite_storage storage{path, how_of(asked, log)};
    return serve_from<sipwhere::asio_batched_udp_transport>(asked, batches_of(asked), storage, *secrets);
}

} // namespace registrard

#endif
