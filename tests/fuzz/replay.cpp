// SPDX-License-Identifier: BSL-1.0
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int;

namespace {

namespace fs = std::filesystem;

void replay(const fs::path& path) {
    std::printf("%s\n", path.filename().c_str());
    std::fflush(stdout); // so that a crash shows whose it is
    std::ifstream file{path, std::ios::binary};
    const std::vector<char> bytes{std::istreambuf_iterator<char>{file}, {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

} // namespace

/// Feeds each file of the corpora named on the command line to the fuzz target this is linked with.
auto main(int argc, char** argv) -> int {
    for (int i = 1; i < argc; ++i) {
        const fs::path corpus{argv[i]};
        const auto name = corpus.filename().string();
        if (!fs::is_directory(corpus)) {
            std::printf("SKIP replay of %s: it has no corpus\n", name.c_str());
            continue;
        }
        std::size_t files = 0;
        for (const auto& entry : fs::directory_iterator{corpus}) {
            if (!entry.is_regular_file()) continue;
            replay(entry.path());
            ++files;
        }
        std::printf("PASS replay of %s: %zu files\n", name.c_str(), files);
    }
    return 0;
}
