<?php
/**
 * The script tag, and who is signed in.
 *
 * @package Wafaa
 */

defined( 'ABSPATH' ) || exit;

add_action( 'wp_head', 'wafaa_print_script' );

/** Nothing is printed until address and key are set. */
function wafaa_print_script() {
	$address = wafaa_setting( 'address' );
	$key     = wafaa_setting( 'write_key' );
	if ( '' === $address || '' === $key ) {
		return;
	}
	$calls  = 'window.wafaa=window.wafaa||function(){(wafaa.q=wafaa.q||[]).push(arguments)};';
	$person = wafaa_person();
	if ( '' !== $person ) {
		$calls .= 'wafaa("identify",' . wp_json_encode( $person ) . ');';
	}
	wp_print_inline_script_tag( $calls );
	wp_print_script_tag(
		array(
			'src'      => $address . '/wafaa.js',
			'async'    => true,
			'data-key' => $key,
		)
	);
}

/**
 * The id under which Wafaa knows whoever is signed in, the same as on their orders; '' for guests.
 *
 * @return string
 */
function wafaa_person() {
	$user = get_current_user_id();
	return 0 === $user || '' === wafaa_connection_id() ? '' : 'woocommerce:' . wafaa_connection_id() . ':' . $user;
}

/**
 * The last 8 letters of the connection's uuid, which stands in its address: .../hooks/<uuid>/.
 *
 * @return string
 */
function wafaa_connection_id() {
	return preg_match( '~/hooks/[0-9a-f-]{28}([0-9a-f]{8})/~', wafaa_setting( 'hook' ), $found ) ? $found[1] : '';
}
