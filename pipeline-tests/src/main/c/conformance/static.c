/* A program without a loader, and so without the hook: writes the file that it is given. */
#include <fcntl.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    int fd = count == 2 ? open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC, 0640) : -1;
    return fd >= 0 && write(fd, "static", 6) == 6 ? 0 : 1;
}
