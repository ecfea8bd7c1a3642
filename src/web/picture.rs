//! Pictures that people bring: read within limits, made small, and written anew, so that nothing of the file remains but
//! what is seen in it: no place, no camera, no script.

use super::Upload;
use domain::Errors;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, imageops::FilterType};
use sha2::{Digest, Sha256};
use std::io::Cursor;
use store::workspace::pictures::Picture;
use tokio::sync::Semaphore;

/// Bytes of a file that are looked at.
const BYTES: usize = 8 * 1024 * 1024;
const TOO_LARGE: &str = "This picture is larger than 8 MB. Use a smaller one.";
/// Pixels on a side, and bytes that the picture may take in memory: a phone's 24 million pixels, and no more.
const SIDE: u32 = 8_000;
const MEMORY: u64 = 96 * 1024 * 1024;
/// Files that are read at a time: each may take that memory, twice while it is turned.
static PLACES: Semaphore = Semaphore::const_new(1);

/// How a picture is cut.
#[derive(Debug, Clone, Copy)]
pub enum Cut {
    /// A square from the middle, of so many pixels.
    Square(u32),
    /// Whole, at most so many pixels on a side.
    Whole(u32),
}

/// The picture as it is kept, or what is wrong with the field `file`.
pub async fn read(upload: Upload, cut: Cut) -> Result<Picture, Errors> {
    decode(upload, cut).await.map_err(|why| Errors::one("file", why))
}

async fn decode(upload: Upload, cut: Cut) -> Result<Picture, String> {
    let Some(file) = upload.file else {
        return Err(if upload.too_large { TOO_LARGE } else { "Choose a picture first." }.into());
    };
    let bytes = file.bytes;
    if bytes.len() > BYTES {
        return Err(TOO_LARGE.into());
    }
    let _place = PLACES.acquire().await.expect("nobody closes it");
    let made = tokio::task::spawn_blocking(move || make(&bytes, cut)).await;
    made.map_err(|_| "This picture cannot be read.".to_owned())?
}

fn make(bytes: &[u8], cut: Cut) -> Result<Picture, String> {
    const UNREAD: &str = "This is no picture that can be read. Use a PNG, JPEG or WebP file.";
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| UNREAD)?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height, limits.max_alloc) = (Some(SIDE), Some(SIDE), Some(MEMORY));
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|e| words(&e))?;
    // What a decoder holds for itself counts against the limits; what it decodes to must be counted here.
    limits.reserve(decoder.total_bytes()).map_err(|e| words(&e))?;
    // A phone's picture lies on its side and says so in the part that is dropped.
    let turned = decoder.orientation().map_err(|e| words(&e))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| words(&e))?;
    picture.apply_orientation(turned);
    let picture = match cut {
        Cut::Square(side) => picture.resize_to_fill(side, side, FilterType::Lanczos3),
        Cut::Whole(side) if picture.width().max(picture.height()) > side => {
            picture.resize(side, side, FilterType::Lanczos3)
        }
        Cut::Whole(_) => picture,
    };
    let mut body = Vec::new();
    // What one can see through stays so; the rest is smaller as JPEG.
    let media_type = if picture.color().has_alpha() {
        picture.write_to(&mut Cursor::new(&mut body), image::ImageFormat::Png).map_err(|e| words(&e))?;
        "image/png"
    } else {
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut body, 86);
        picture.to_rgb8().write_with_encoder(encoder).map_err(|e| words(&e))?;
        "image/jpeg"
    };
    let digest: String = Sha256::digest(&body).iter().take(8).map(|b| format!("{b:02x}")).collect();
    Ok(Picture { digest, media_type, body })
}

fn words(e: &image::ImageError) -> String {
    match e {
        image::ImageError::Limits(_) => {
            "This picture has too many pixels: use a smaller one, of at most 5000 by 5000.".into()
        }
        _ => "This is no picture that can be read. Use a PNG, JPEG or WebP file.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = DynamicImage::new_rgba8(width, height);
        picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).expect("a picture");
        bytes
    }

    #[test]
    fn a_picture_is_cut_and_written_anew() {
        let made = make(&png(300, 100), Cut::Square(64)).unwrap_or_else(|e| panic!("{e}"));
        let read = image::load_from_memory(&made.body).expect("a picture");
        assert_eq!((read.width(), read.height(), made.media_type), (64, 64, "image/png"));
        let whole = make(&png(300, 100), Cut::Whole(150)).unwrap_or_else(|e| panic!("{e}"));
        let read = image::load_from_memory(&whole.body).expect("a picture");
        assert_eq!((read.width(), read.height()), (150, 50));
        assert_eq!(made.digest.len(), 16);
    }

    #[test]
    fn what_the_camera_wrote_is_gone() {
        // A JPEG with a place in its EXIF part, which begins behind the first marker.
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(20, 20)
            .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Jpeg)
            .expect("a picture");
        let exif = [&b"Exif\0\0II*\0\x08\0\0\0\0\0"[..], b"GPS 55.676 12.568 SECRET"].concat();
        let length = u16::try_from(exif.len() + 2).expect("it is short").to_be_bytes();
        let with = [&bytes[..2], &[0xff, 0xe1], &length, &exif, &bytes[2..]].concat();
        let made = make(&with, Cut::Square(16)).unwrap_or_else(|e| panic!("{e}"));
        assert!(!made.body.windows(6).any(|w| w == b"SECRET") && !made.body.windows(4).any(|w| w == b"Exif"));
    }

    #[test]
    fn what_is_no_picture_or_too_much_of_one_is_refused() {
        for bad in [&b""[..], b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n broken", b"GIF89a"] {
            assert!(make(bad, Cut::Square(64)).is_err());
        }
        // A PNG that says it is 60,000 pixels wide, in a hundred bytes.
        let mut bomb = png(1, 1);
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(make(&bomb, Cut::Square(64)).is_err());
        // And one that says 8,000 by 8,000 in four colours of two bytes: half a gigabyte, and every side within bounds.
        let mut bomb = png(1, 1);
        (16..24).zip([8_000_u32.to_be_bytes(); 2].concat()).for_each(|(at, byte)| bomb[at] = byte);
        bomb[24] = 16;
        let crc = !bomb[12..29].iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| (c >> 1) ^ (0xedb8_8320 & (c & 1).wrapping_neg()))
        });
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        assert!(make(&bomb, Cut::Square(64)).err().is_some_and(|e| e.contains("too many pixels")));
    }
}
