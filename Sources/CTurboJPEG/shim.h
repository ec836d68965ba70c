#pragma once
#include "pixels.h"
#include <turbojpeg.h>
