// SPDX-License-Identifier: BSL-1.0
#include "secret_file.hpp"

#include <sipwhere/random/os_random.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace registrard {

namespace {

using master = std::array<std::uint8_t, sipwhere::secrets::size>;

/// A descriptor, closed with the object.
class descriptor {
public:
    explicit descriptor(int number) : number_(number) {}
    descriptor(const descriptor&) = delete;
    auto operator=(const descriptor&) -> descriptor& = delete;
    ~descriptor() {
        if (number_ >= 0) (void)::close(number_);
    }
    [[nodiscard]] auto number() const -> int { return number_; }

private:
    int number_;
};

/// Has the name of a new file outlive a power failure.
auto sync_folder_of(const std::string& path) -> bool {
    const auto slash = path.rfind('/');
    const auto folder = slash == path.npos ? std::string{"."} : path.substr(0, slash + 1);
    const descriptor open{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return open.number() >= 0 && ::fsync(open.number()) == 0;
}

/// Writes a new file in one step: whoever finds it finds it whole.
auto make(const std::string& path, const master& bytes) -> bool {
    const auto fresh = path + '.' + std::to_string(::getpid());
    (void)::unlink(fresh.c_str()); // of a program that was ended here
    const descriptor file{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (file.number() < 0) return false;
    constexpr auto whole = static_cast<::ssize_t>(sipwhere::secrets::size);
    const bool is_written = ::write(file.number(), bytes.data(), bytes.size()) == whole &&
                            ::fsync(file.number()) == 0 && std::rename(fresh.c_str(), path.c_str()) == 0 &&
                            sync_folder_of(path);
    const auto why = errno;
    (void)::unlink(fresh.c_str());
    errno = why;
    return is_written;
}

} // namespace

auto kept_secrets(const std::string& path, std::string& why) -> std::optional<sipwhere::secrets> {
    master bytes{};
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
        sipwhere::os_random random;
        for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::uint64_t)) {
            const auto word = random.next();
            std::memcpy(&bytes[i], &word, sizeof word);
        }
        if (make(path, bytes)) return sipwhere::secrets{bytes};
        why = std::strerror(errno);
        return std::nullopt;
    }
    const descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct ::stat about {};
    if (file.number() < 0 || ::fstat(file.number(), &about) != 0) why = std::strerror(errno);
    else if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) why = "others can read it: it holds a secret";
    else if (about.st_size != static_cast<::off_t>(bytes.size()) ||
             ::read(file.number(), bytes.data(), bytes.size()) != static_cast<::ssize_t>(bytes.size()))
        why = "it does not hold the 32 bytes of a secret";
    if (!why.empty()) return std::nullopt;
    return sipwhere::secrets{bytes};
}

} // namespace registrard
