#!/usr/bin/env python3
"""Splits COCO captions files in two by file name: COUNT photos, evenly spread over the sorted names, are held out.

usage: split_captions.py COUNT HELD_OUT.json REST.json CAPTIONS.json...

The same files give the same split anywhere, whatever order they list their photos in. Ids are numbered anew, since those
of several files may be the same.
"""
import json
import sys


def main():
    count, held_out, rest = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    captions = {}
    for path in sys.argv[4:]:
        with open(path) as file:
            content = json.load(file)
        names = {image["id"]: image["file_name"] for image in content["images"]}
        for name in names.values():
            if name in captions:
                sys.exit(f"{path}: {name} is in two files")
            captions[name] = []
        for annotation in content["annotations"]:
            captions[names[annotation["image_id"]]].append(annotation["caption"])
    names = sorted(captions)
    if not 0 < count < len(names):
        sys.exit(f"{count} photos cannot be held out of {len(names)}")
    chosen = {names[index * len(names) // count] for index in range(count)}
    for path, wanted in [(held_out, True), (rest, False)]:
        images, annotations = [], []
        for name in names:
            if (name in chosen) != wanted:
                continue
            images.append({"id": len(images) + 1, "file_name": name})
            for text in captions[name]:
                annotations.append({"id": len(annotations) + 1, "image_id": len(images), "caption": text})
        with open(path, "w") as file:
            json.dump({"images": images, "annotations": annotations}, file)
        print(f"{path}: {len(images)} photos, {len(annotations)} captions")


main()
