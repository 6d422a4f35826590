"""Data as people have them, by `actsearch data`: every layout once right, with what must be seen
of it, and its common mistakes with what must be said. Files are made by NumPy and Pillow, which
share no code with the loaders.

    layouts.py ACTSEARCH     exit status 77: NumPy or Pillow is not installed
"""

import gzip
import io
import json
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile

try:
    import numpy as np
    from PIL import Image
except ImportError:
    print("skipped: python3-numpy or python3-pil is not installed")
    sys.exit(77)

RNG = np.random.default_rng(1)
CASES = []


def case(*arguments, code=0, says=(), **sees):
    """The decorated function makes files in an empty folder; `actsearch data` gets the folder, or
    the path in it that the function gives back, and the arguments."""

    def add(make):
        CASES.append((make.__name__, make, arguments, code, says, sees))
        return make

    return add


# ---- MNIST and its relatives


def idx(values):
    header = struct.pack(">HBB", 0, {"uint8": 8, "int32": 12}[values.dtype.name], values.ndim)
    return header + struct.pack(f">{values.ndim}I", *values.shape) + values.astype(
        values.dtype.newbyteorder(">")).tobytes()


def images(count, side=28):
    return RNG.integers(0, 256, (count, side, side), dtype=np.uint8)


def labels(count, classes=10, first=0):
    return (np.arange(count) % classes + first).astype(np.uint8)


def put(path, data, packed=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if packed else data)


def mnist(folder, dash="-", train="train", test="t10k", classes=10, first=0, packed=False):
    end = ".gz" if packed else ""
    for stem, count in ((train, 80), (test, 20)):
        put(folder / f"{stem}-images{dash}idx3-ubyte{end}", idx(images(count)), packed)
        put(folder / f"{stem}-labels{dash}idx1-ubyte{end}", idx(labels(count, classes, first)),
            packed)


@case(dataset="mnist", inputs="1 x 28 x 28 numbers", targets="one of 10 classes",
      rows={"train": 60, "search": 10, "select": 10, "final": 20}, tasks=["mlp", "cnn", "resnet"])
def mnist_as_published(folder):
    mnist(folder, packed=True)


@case(dataset="mnist")
def mnist_with_dots(folder):
    mnist(folder, dash=".")


@case(dataset="mnist")
def mnist_of_torchvision_packed_and_unpacked(folder):
    raw = folder / "MNIST/raw"
    mnist(raw)
    for path in list(raw.iterdir()):
        put(path.with_name(path.name + ".gz"), path.read_bytes(), packed=True)


@case(dataset="fashion_mnist")
def fashion_mnist_of_torchvision(folder):
    mnist(folder / "FashionMNIST/raw")


@case(dataset="fashion_mnist")
def fashion_mnist_by_the_name_of_its_folder(folder):
    mnist(folder / "FashionMNIST/raw")
    return folder / "FashionMNIST/raw"


@case(dataset="kmnist")
def kmnist_of_torchvision(folder):
    mnist(folder / "KMNIST/raw", packed=True)


@case(dataset="qmnist", targets="one of 10 classes")
def qmnist(folder):
    for stem, count in (("qmnist-train", 80), ("qmnist-test", 20)):
        put(folder / f"{stem}-images.idx3-ubyte.gz", idx(images(count)), packed=True)
        rows = np.zeros((count, 8), np.int32)
        rows[:, 0] = np.arange(count) % 10
        rows[:, 2] = 70000
        put(folder / f"{stem}-labels-idx2-int.gz", idx(rows), packed=True)


@case("--set", "emnist_split=letters", dataset="emnist", targets="one of 26 classes")
def emnist_letters(folder):
    mnist(folder / "gzip", train="emnist-letters-train", test="emnist-letters-test", classes=26,
          first=1, packed=True)


@case(dataset="emnist", targets="one of 47 classes")
def emnist_balanced_of_torchvision(folder):
    mnist(folder / "EMNIST/raw", train="emnist-balanced-train", test="emnist-balanced-test",
          classes=47)


@case("--set", "emnist_split=byclass", code=3, says=["emnist-byclass-train-images-idx3-ubyte"])
def emnist_split_that_is_not_there(folder):
    mnist(folder, train="emnist-digits-train", test="emnist-digits-test")


@case(code=2, says=["labels up to 26", "more than the 10 classes of mnist", "EMNIST letters?"])
def emnist_letters_under_the_names_of_mnist(folder):
    mnist(folder, classes=26, first=1)


@case(code=2, says=["several data sets", "mnist (", "fashion_mnist (", "name the folder"])
def two_data_sets_in_one_root(folder):
    mnist(folder / "MNIST/raw")
    mnist(folder / "FashionMNIST/raw")


@case("--dataset", "mnist", code=2, says=["each has files of mnist", "may differ"])
def pieces_in_two_places(folder):
    mnist(folder)
    mnist(folder / "MNIST/raw")


@case(code=2, says=["two files for one piece that differ", "train-labels"])
def packed_and_unpacked_that_differ(folder):
    mnist(folder)
    put(folder / "train-labels-idx1-ubyte.gz", idx(labels(80)[::-1].copy()), packed=True)


@case(code=3, says=["no file named t10k-labels-idx1-ubyte"])
def mnist_without_its_test_labels(folder):
    mnist(folder)
    (folder / "t10k-labels-idx1-ubyte").unlink()


@case(code=2, says=["is a web page", "download it again"])
def web_pages_in_place_of_mnist(folder):
    for stem in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        put(folder / f"{stem}-ubyte.gz", b"<!DOCTYPE html><title>403</title>")


@case(code=2, says=["gzip inside gzip"])
def mnist_packed_twice(folder):
    mnist(folder, packed=True)
    for path in folder.iterdir():
        path.write_bytes(gzip.compress(path.read_bytes()))


# ---- CIFAR


def cifar(count, label_bytes=1, classes=10):
    record = b""
    for i in range(count):
        head = bytes([i % classes // 5, i % classes]) if label_bytes == 2 else bytes([i % classes])
        record += head + RNG.integers(0, 256, 3072, dtype=np.uint8).tobytes()
    return record


@case(dataset="cifar10", inputs="3 x 32 x 32 numbers",
      rows={"train": 30, "search": 5, "select": 5, "final": 10})
def cifar10_as_unpacked(folder):
    put(folder / "cifar-10-batches-bin/data_batch_1.bin", cifar(20))
    put(folder / "cifar-10-batches-bin/data_batch_2.bin", cifar(20))
    put(folder / "cifar-10-batches-bin/test_batch.bin", cifar(10))


@case(dataset="cifar100", targets="one of 100 classes")
def cifar100_fine(folder):
    put(folder / "cifar-100-binary/train.bin", cifar(120, 2, 100))
    put(folder / "cifar-100-binary/test.bin", cifar(20, 2, 100))


@case("--set", "cifar100_labels=coarse", dataset="cifar100", targets="one of 20 classes")
def cifar100_coarse(folder):
    put(folder / "train.bin", cifar(120, 2, 100))
    put(folder / "test.bin", cifar(20, 2, 100))


@case(code=2, says=["3074-byte records: cifar100, not cifar10", "task.dataset: cifar100"])
def cifar100_under_the_names_of_cifar10(folder):
    put(folder / "data_batch_1.bin", cifar(100, 2, 100))
    put(folder / "test_batch.bin", cifar(50, 2, 100))


@case(code=2, says=["the version for Python", "binary version of cifar10"])
def cifar10_for_python(folder):
    put(folder / "data_batch_1", b"\x80\x02}q\x01.")


@case(code=2, says=["the version for Python", "binary version of cifar10"])
def cifar10_of_torchvision(folder):
    put(folder / "cifar-10-batches-py/data_batch_1", b"\x80\x02}q\x01.")


@case(code=2, says=["data_batch_1.bin: byte 6146", "the last record has 100 bytes"])
def cifar10_cut_off(folder):
    put(folder / "data_batch_1.bin", cifar(3)[:2 * 3073 + 100])
    put(folder / "test_batch.bin", cifar(5))


# ---- arrays


def medmnist(path, colours=False, **more):
    shape = (28, 28, 3) if colours else (28, 28)
    arrays = {}
    for split, count in (("train", 80), ("val", 20), ("test", 12)):
        arrays[f"{split}_images"] = RNG.integers(0, 256, (count, *shape), dtype=np.uint8)
        arrays[f"{split}_labels"] = (np.arange(count) % 9).reshape(-1, 1).astype(np.uint8)
    np.savez_compressed(path, **(arrays | more))
    return path


@case(dataset="arrays", inputs="1 x 28 x 28 numbers", targets="one of 9 classes",
      rows={"train": 80, "search": 10, "select": 10, "final": 12}, tasks=["mlp", "cnn", "resnet"])
def medmnist_gray(folder):
    return medmnist(folder / "pathmnist.npz")


@case(dataset="arrays", inputs="3 x 28 x 28 numbers")
def medmnist_colour_in_a_folder(folder):
    medmnist(folder / "pathmnist.npz", colours=True)


@case(dataset="arrays", targets="one of 10 classes",
      rows={"train": 60, "search": 10, "select": 10, "final": 20})
def mnist_of_keras(folder):
    np.savez(folder / "mnist.npz", x_train=images(80), y_train=labels(80), x_test=images(20),
             y_test=labels(20))


@case(dataset="arrays", inputs="6 numbers", targets="1 numbers", tasks=["fit"])
def rows_of_numbers_in_fortran_order(folder):
    x = np.asfortranarray(RNG.normal(size=(80, 6)))
    np.save(folder / "x.npy", x)
    np.save(folder / "y.npy", x @ np.arange(6.0) + 1)


@case(dataset="arrays", inputs="3 x 8 x 8 numbers", targets="one of 4 classes")
def channels_first_big_endian(folder):
    np.savez(folder / "a.npz", x=RNG.normal(size=(80, 3, 8, 8)).astype(">f4"),
             y=(np.arange(80) % 4).astype(">i8"))


def safetensors(path, arrays, **wrong):
    names = {"float32": "F32", "uint8": "U8", "int64": "I64", "float16": "F16"}
    header, data = {"__metadata__": {"made": "by a test"}}, b""
    for name, array in arrays.items():
        values = array.tobytes()
        header[name] = {"dtype": names[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + len(values)]} | wrong
        data += values
    text = json.dumps(header).encode()
    put(path, struct.pack("<Q", len(text)) + text + data)
    return path


@case(dataset="arrays", inputs="5 numbers", targets="one of 3 classes")
def safetensors_of_half_precision(folder):
    return safetensors(folder / "a.safetensors", {
        "train.x": RNG.normal(size=(80, 5)).astype(np.float16),
        "train.y": np.arange(80) % 3})


@case("--set", "targets=numbers", dataset="arrays", targets="1 numbers")
def whole_numbers_to_fit(folder):
    np.savez(folder / "a.npz", x=RNG.normal(size=(80, 2)), y=np.arange(80))


@case(code=2, says=["Python objects (pickle)", "never read"])
def arrays_of_objects(folder):
    np.save(folder / "x.npy", np.array([{}] * 20, dtype=object))


@case(code=2, says=["holds a, b", "x_train and y_train"])
def arrays_of_unknown_names(folder):
    np.savez(folder / "a.npz", a=images(80), b=labels(80))


@case(code=2, says=["'train_images' is 80 x 28 x 28", "'train_labels' 70", "one row for each"])
def arrays_of_other_lengths(folder):
    np.savez(folder / "a.npz", train_images=images(80), train_labels=labels(70))


@case(code=2, says=["80 x 14", "several for each example"])
def several_labels_for_each_image(folder):
    np.savez(folder / "chestmnist.npz", train_images=images(80),
             train_labels=np.ones((80, 14), np.uint8))


@case(code=2, says=["'test_images' is 20 x 32 x 32", "one shape and type"])
def arrays_of_other_sizes(folder):
    np.savez(folder / "a.npz", train_images=images(80), train_labels=labels(80),
             test_images=images(20, 32), test_labels=labels(20))


@case(code=2, says=["damaged archive"])
def npz_cut_off(folder):
    path = medmnist(folder / "a.npz")
    path.write_bytes(path.read_bytes()[:5000])
    return path


@case(code=2, says=["offsets beyond the end of the file"])
def safetensors_with_wrong_offsets(folder):
    return safetensors(folder / "a.safetensors", {"x": np.ones((8, 2), np.float32)},
                       data_offsets=[0, 1000])


# ---- pictures


def picture(path, size=(9, 7), colour=None, kind=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = RNG.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    image = Image.fromarray(pixels) if colour is None else Image.new("RGB", size, colour)
    image.save(path, kind)


def picture_folder(folder, splits=("train", "test"), endings=("png", "jpg", "webp"), **more):
    for split in splits:
        for label in ("cat", "dog"):
            for i in range(12):
                picture(folder / split / label / f"{i}.{endings[i % len(endings)]}", **more)


@case(dataset="pictures", inputs="3 x 7 x 9 numbers", targets="one of 2 classes",
      rows={"train": 18, "search": 3, "select": 3, "final": 24})
def folders_of_pictures(folder):
    picture_folder(folder)
    put(folder / "train/cat/.DS_Store", b"\0")


@case(dataset="pictures", rows={"train": 15, "search": 3, "select": 3, "final": 3})
def folders_of_classes_alone(folder):
    picture_folder(folder, splits=("",))


@case("--set", "size=16", dataset="pictures", inputs="3 x 16 x 16 numbers")
def pictures_of_other_sizes_resized(folder):
    picture_folder(folder)
    picture(folder / "train/cat/big.png", size=(40, 30))


@case("--set", "colours=gray", dataset="pictures", inputs="1 x 7 x 9 numbers")
def pictures_made_gray(folder):
    picture_folder(folder)


@case(dataset="pictures", inputs="1 x 7 x 9 numbers")
def gray_pictures(folder):
    for split in ("train", "test"):
        for label in ("a", "b"):
            for i in range(12):
                path = folder / split / label / f"{i}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(images(1, 9)[0, :7]).save(path)


@case(dataset="pictures", inputs="3 x 7 x 9 numbers",
      rows={"train": 18, "search": 3, "select": 3, "final": 24})
def pictures_in_a_tar(folder):
    picture_folder(folder / "in")
    with tarfile.open(folder / "pets.tar.gz", "w:gz") as archive:
        archive.add(folder / "in", "pets")
    return folder / "pets.tar.gz"


@case(dataset="pictures", targets="one of 3 classes")
def webdataset(folder):
    with tarfile.open(folder / "shard-000.tar", "w") as archive:
        for i in range(24):
            data = io.BytesIO()
            Image.fromarray(images(1, 8)[0]).save(data, "PNG")
            for name, member in ((f"{i:04}.png", data.getvalue()), (f"{i:04}.cls", b"%d" % (i % 3))):
                info = tarfile.TarInfo(name)
                info.size = len(member)
                archive.addfile(info, io.BytesIO(member))
    return folder / "shard-000.tar"


@case(code=2, says=["big.png: 30 x 40 pixels", "has 7 x 9", "task.size"])
def pictures_of_other_sizes(folder):
    picture_folder(folder)
    picture(folder / "train/cat/big.png", size=(40, 30))


@case(code=2, says=["dog/3.png", "damaged picture"])
def a_damaged_picture(folder):
    picture_folder(folder, endings=("png",))
    path = folder / "train/dog/3.png"
    path.write_bytes(path.read_bytes()[:60])


@case(code=2, says=["neither PNG nor JPEG nor WebP"])
def a_bitmap_called_png(folder):
    picture_folder(folder)
    picture(folder / "train/dog/x.png", kind="BMP")


@case("--dataset", "pictures", code=2, says=["of no class", "CLASS/1.png"])
def pictures_without_classes(folder):
    for i in range(20):
        picture(folder / f"{i}.png")


@case(code=2, says=["class 'bird' has no picture in the training part"])
def a_class_only_in_the_test(folder):
    picture_folder(folder)
    picture(folder / "test/bird/1.png")


@case(code=2, says=["1 class in the training part"])
def one_class_alone(folder):
    for split in ("train", "test"):
        for i in range(12):
            picture(folder / split / "cat" / f"{i}.png")


@case(dataset="pictures", rows={"train": 18, "search": 3, "select": 3, "final": 24})
def pieces_by_other_names(folder):
    picture_folder(folder / "in", splits=("Train", "Test_set"))
    with tarfile.open(folder / "pets.tar", "w") as archive:
        archive.add(folder / "in", "pets")
    return folder / "pets.tar"


@case(dataset="pictures", rows={"train": 18, "search": 3, "select": 3, "final": 24})
def an_archive_for_each_piece(folder):
    picture_folder(folder.parent / "in")
    for split in ("train", "test"):
        with tarfile.open(folder / f"pets-{split}-000000.tar.gz", "w:gz") as archive:
            archive.add(folder.parent / "in" / split, ".")


@case("--dataset", "pictures", dataset="pictures",
      rows={"train": 12, "search": 12, "select": 12, "final": 24}, code=0)
def a_piece_for_validation(folder):
    picture_folder(folder, splits=("dev", "test"))
    for label in ("cat", "dog"):
        for i in range(6):
            picture(folder / "train" / label / f"{i}.png")


@case(code=2, says=["of no piece, while", "put all under train, val and test, or none"])
def pictures_in_and_beside_pieces(folder):
    picture_folder(folder)
    picture(folder / "cat" / "1.png")


@case(code=2, says=["fox/1.gif", "not read; convert them to PNG"])
def a_class_of_a_kind_that_is_not_read(folder):
    picture_folder(folder)
    picture(folder / "train/fox/1.gif", kind="GIF")


@case("--dataset", "pictures", code=2, says=["folders and archives"])
def folders_beside_an_archive(folder):
    picture_folder(folder)
    with tarfile.open(folder / "more.tar", "w") as archive:
        archive.add(folder / "train", "train")


@case(code=2, says=["test_labels: row 0: label 9", "'train_labels' go to 3"])
def a_label_that_only_the_test_has(folder):
    np.savez(folder / "a.npz", train_images=images(80), train_labels=np.arange(80) % 4,
             test_images=images(20), test_labels=np.full(20, 9))


@case(code=2, says=["x: row 5: a value that is not finite"])
def an_array_with_a_gap(folder):
    x = RNG.normal(size=(80, 3))
    x[5, 1] = np.nan
    np.savez(folder / "a.npz", x=x, y=RNG.normal(size=80))


@case(code=2, says=["whole numbers below 2^63"])
def whole_numbers_that_do_not_fit(folder):
    np.savez(folder / "a.npz", x=RNG.normal(size=(80, 3)), y=np.full(80, 2 ** 63, np.uint64))


@case(code=2, says=["all targets 1 of the training part are equal"])
def a_constant_among_the_targets(folder):
    np.savez(folder / "a.npz", x=RNG.normal(size=(80, 3)),
             y=np.stack([RNG.normal(size=80), np.ones(80)], 1))


@case(code=3, says=["data_batch_4.bin is there, but no data_batch_3.bin"])
def a_gap_among_the_batches(folder):
    for k in (1, 2, 4):
        put(folder / f"data_batch_{k}.bin", cifar(10))
    put(folder / "test_batch.bin", cifar(10))


# ---- tables


def table(path, rows=80, separator=",", header="rooms,street,price", mark=""):
    lines = [mark + header.replace(",", separator)]
    for i in range(rows):
        street = ("Ash", "\"Oak, upper\"", "Elm")[i % 3]
        lines.append(separator.join([str(1 + i % 5), street, f"{100 + 7.5 * (i % 5) + i % 3}"]))
    put(path, "\r\n".join(lines).encode() + b"\r\n")
    return path


@case(dataset="csv", inputs="4 numbers", targets="1 numbers",
      rows={"train": 50, "search": 10, "select": 10, "final": 10}, tasks=["fit"])
def a_table(folder):
    return table(folder / "houses.csv", mark="\ufeff")


@case(dataset="csv", rows={"train": 80, "search": 10, "select": 10, "final": 12})
def tables_by_split(folder):
    for name, rows in (("train", 80), ("valid", 20), ("test", 12)):
        table(folder / f"{name}.csv", rows)


@case(dataset="csv", rows={"train": 40, "search": 10, "select": 10, "final": 12})
def tables_by_tabs_and_split(folder):
    for name, rows in (("train", 40), ("dev", 20), ("test", 12)):
        table(folder / f"{name}.tsv", rows, separator="\t")


@case("--set", "target=street", "--set", "drop=price", dataset="csv", inputs="1 numbers",
      targets="one of 3 classes", tasks=["mlp"])
def words_as_the_target(folder):
    table(folder / "houses.csv")


@case(dataset="csv", inputs="2 numbers")
def a_table_by_tabs(folder):
    put(folder / "a.tsv", b"a\tb\ty\n" + b"".join(b"%d\t%d\t%d\n" % (i, i % 7, i % 5)
                                                  for i in range(40)))


@case(code=2, says=["houses.csv:", "column 'rooms'", "empty or missing cell", "task.missing"])
def a_table_with_missing_cells(folder):
    path = table(folder / "houses.csv")
    path.write_bytes(path.read_bytes().replace(b"\r\n3,", b"\r\n,"))


@case("--set", "missing=mean", dataset="csv", inputs="4 numbers")
def missing_cells_by_the_mean(folder):
    path = table(folder / "houses.csv")
    path.write_bytes(path.read_bytes().replace(b"\r\n3,", b"\r\nNA,"))


@case("--set", "target=prise", code=2, says=["unknown column 'prise'", "did you mean 'price'?"])
def a_target_that_is_not_there(folder):
    table(folder / "houses.csv")


@case(code=2, says=["houses.csv:1", "no header"])
def a_table_without_a_header(folder):
    table(folder / "houses.csv", header="1,2,3")


@case(code=2, says=["houses.csv:5", "2 cells, the header has 3"])
def a_table_with_a_short_line(folder):
    path = table(folder / "houses.csv")
    lines = path.read_bytes().split(b"\r\n")
    lines[4] = b"1,Ash"
    path.write_bytes(b"\r\n".join(lines))


@case(code=2, says=["column 'id' has more than 64 different words", "task.drop"])
def a_column_of_identifiers(folder):
    put(folder / "a.csv", b"id,x,y\n" + b"".join(b"k%d,%d,%d\n" % (i, i % 9, i % 5)
                                                 for i in range(200)))


@case(code=2, says=["is no number", "task.targets: classes"])
def a_word_among_the_targets(folder):
    put(folder / "a.csv", b"x,y\n" + b"".join(b"%d,%d\n" % (i, i % 5) for i in range(20)))
    with open(folder / "a.csv", "ab") as more:
        more.write(b"3,many\n" * 60)
    return ("--set", "targets=numbers")


@case(code=2, says=["several tables", "train.csv"])
def two_tables(folder):
    table(folder / "a.csv")
    table(folder / "b.csv")


@case(code=2, says=["houses.csv:1: no header: '5.1' is a number"])
def a_header_that_is_a_row(folder):
    table(folder / "houses.csv", header="5.1,setosa,3")


@case(code=2, says=["houses.csv:1: a column without a name", "index=False"])
def a_table_with_the_index_of_pandas(folder):
    table(folder / "houses.csv", header=",street,price")


@case(code=2, says=["houses.csv:7: column 'rooms': 'six' is no number, as 79 other cells are"])
def an_odd_cell_among_numbers(folder):
    path = table(folder / "houses.csv")
    lines = path.read_bytes().split(b"\r\n")
    lines[6] = b"six" + lines[6][1:]
    path.write_bytes(b"\r\n".join(lines))


@case("--dataset", "csv", code=2, says=["each has files of csv"])
def tables_in_two_places(folder):
    table(folder / "houses.csv")
    table(folder / "csv/old.csv")


def near_one(text):
    return all(0.2 < value < 5 for value in text["mean"].values())


@case(dataset="csv", references=near_one)
def columns_with_a_large_offset(folder):
    rows = [f"{1700000000000000000 + i * 86400 * 10**9},{1e13 + 7 * (i % 11)}" for i in range(80)]
    put(folder / "a.csv", ("t,y\n" + "\n".join(rows)).encode())


# ---- text


PROSE = "To be, or not to be: that is the question.\nWhether ’tis nobler in the mind\n" * 200


@case(dataset="text", inputs="64 tokens of 24", tasks=["text"])
def a_text(folder):
    put(folder / "input.txt", PROSE.encode())


@case("--set", "context=16", dataset="text", inputs="16 tokens of 24")
def a_text_with_a_short_context(folder):
    put(folder / "input.txt.gz", PROSE.encode(), packed=True)
    return folder / "input.txt.gz"


def by_split(folder, pattern):
    for name, times in (("train", 8), ("valid", 2), ("test", 3)):
        put(folder / pattern.replace("NAME", name), PROSE[:512 * times + 1].encode())


@case(dataset="text", rows={"train": 4033, "search": 4, "select": 4, "final": 24})
def texts_by_split(folder):
    by_split(folder, "NAME.txt")


@case(dataset="text", rows={"train": 12125, "search": 12, "select": 12, "final": 12})
def a_training_text_alone(folder):
    put(folder / "train.txt", PROSE.encode())


@case(code=2, says=["byte 2: not UTF-8 text", "iconv"])
def a_text_in_latin_1(folder):
    put(folder / "input.txt", "Grüß Gott".encode("latin-1") * 100)
    return folder / "input.txt"


@case(code=2, says=["search: 7 characters, at least 257"])
def a_text_that_is_too_short(folder):
    put(folder / "input.txt", PROSE[:120].encode())


@case(dataset="text", rows={"train": 4033, "search": 4, "select": 4, "final": 24})
def a_text_of_wikitext(folder):
    by_split(folder, "wiki.NAME.tokens")


@case(dataset="csv")
def a_table_beside_a_readme(folder):
    put(folder / "README.txt", PROSE.encode())
    table(folder / "HOUSES.CSV")


@case(code=2, says=["several data sets", "arrays (", "csv ("])
def a_table_beside_arrays(folder):
    medmnist(folder / "a.npz")
    table(folder / "houses.csv")


@case(code=2, says=["'-' is no number, as 79 other cells are", "task.targets: classes"])
def an_odd_cell_among_targets(folder):
    put(folder / "a.csv", b"x,y\n" + b"".join(b"%d,%d\n" % (i, i % 5) for i in range(79)) + b"3,-\n")


@case(code=2, says=["values of type 'U', no numbers"])
def words_as_labels_of_arrays(folder):
    np.savez(folder / "a.npz", x=RNG.normal(size=(80, 3)), y=np.array(["cat", "dog"] * 40))


@case(code=2, says=["several texts", "a.txt and b.txt"])
def two_texts(folder):
    put(folder / "a.txt", PROSE.encode())
    put(folder / "b.txt", PROSE.encode())


# ---- generated


@case("--dataset", "feynman", "--set", "equation=I.12.11", "--set", "examples=200",
      dataset="feynman", inputs="5 numbers",
      rows={"train": 200, "search": 256, "select": 256, "final": 256, "far_search": 256,
            "far_select": 256, "far_final": 256})
def an_equation(folder):
    pass


@case("--dataset", "feynman", "--set", "equation=I.99", code=2, says=["I.99", "I.6.20a"])
def an_equation_that_is_not_there(folder):
    pass


@case(code=3, says=["no known data set in it", "train-images-idx3-ubyte (mnist)"])
def an_empty_folder(folder):
    pass


@case(code=3, says=["a file of no known kind"])
def a_file_of_another_kind(folder):
    put(folder / "slides.pptx", b"PK")
    return folder / "slides.pptx"


def run(program, make, arguments, code, says, sees):
    """What differs from what must be."""
    with tempfile.TemporaryDirectory() as root:
        folder = pathlib.Path(root) / "data"
        folder.mkdir()
        place = make(folder)
        if isinstance(place, tuple):
            arguments, place = arguments + place, None
        ended = subprocess.run([program, "data", str(place or folder), "-o", "json", *arguments],
                               capture_output=True, text=True)
    if ended.returncode != code:
        return [f"exit status {ended.returncode} for {code}: {ended.stderr.strip()}"]
    wrong = [f"does not say '{text}': {ended.stderr.strip()}"
             for text in says if text not in ended.stderr]
    if code == 0:
        seen = json.loads(ended.stdout)
        wrong += [f"{key}: {seen[key]} for {value}" for key, value in sees.items()
                  if not (value(seen[key]) if callable(value) else seen[key] == value)]
    return wrong


def main():
    failed = 0
    for name, *rest in CASES:
        wrong = run(sys.argv[1], *rest)
        failed += bool(wrong)
        print(f"{name}: {wrong or 'right'}")
    print(f"{len(CASES) - failed} of {len(CASES)} layouts")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
